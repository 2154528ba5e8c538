"""Workflows by actionlint and by what they promise; the scripts that they call, as far as they can be run here; and that what is wrong is noticed."""

import json
import os
import re
import shutil
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest
from conftest import DEPLOY, DEPS, ROOT
from deploy_support import read
from platform_support import Installation

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PIPELINE = DEPLOY / "pipeline"
# The mode of each file.
TRACKED = {line.split("\t")[1]: line.split()[0] for line in subprocess.run(["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()}
COMMANDS = {line.split()[0] for line in subprocess.run([ROOT / "dev", "help"], capture_output=True, text=True, check=True).stdout.splitlines()[1:]}


def actionlint(text: str) -> str:
    """What it says of a workflow; empty where nothing is wrong."""
    done = subprocess.run([DEPS / "actionlint/actionlint", "-no-color", "-shellcheck", shutil.which("shellcheck") or "", "-pyflakes", "", "-"], input=text, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def complaints(workflow: dict) -> list[str]:
    found = []
    if workflow["permissions"] != {"contents": "read"}:
        found.append("it may more than read")
    for name, job in workflow["jobs"].items():
        if "timeout-minutes" not in job:
            found.append(f"{name}: it has no limit of time")
        for step in job["steps"]:
            if "uses" in step:
                if not re.fullmatch(r"actions/checkout@[0-9a-f]{40}", step["uses"]):
                    found.append(f"{name}: {step['uses']} is not ours, or not pinned")
                continue
            call = re.fullmatch(r'(\./dev|deploy/pipeline/\w+|tests/deploy/\w+)((?: [\w./-]+| "\$\w+")*)', step["run"])
            if not call:
                found.append(f"{name}: {step['run']!r} is not one call of a script")
            elif TRACKED.get(call[1].removeprefix("./")) != "100755":
                found.append(f"{name}: {call[1]} is no script of this repository")
            elif call[1] == "./dev" and call[2].split()[0] not in COMMANDS:
                found.append(f"{name}: ./dev has no command {call[2].split()[0]}")
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_sound_and_only_calls_scripts(path):
    assert actionlint(path.read_text(encoding="utf-8")) == ""
    assert complaints(read(path)) == []
    for line in re.findall(r"uses: .*", path.read_text(encoding="utf-8")):
        assert re.fullmatch(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), "the tag of a commit is beside it"


def test_the_guide_is_followed_by_a_job_of_its_own():
    """It spoils the machine, so that no test here does it."""
    jobs = read(ROOT / ".github/workflows/ci.yml")["jobs"]
    assert [step["run"] for step in jobs["guide"]["steps"] if "run" in step] == ["tests/deploy/guide"] and "bookworm" in jobs["guide"]["container"]["image"]


def test_a_release_goes_by_staging_and_a_canary_to_production():
    jobs = read(ROOT / ".github/workflows/release.yml")["jobs"]
    order = ["package", "image", "staging", "canary", "production"]
    assert list(jobs) == order
    assert [jobs[name].get("needs") for name in order] == [None, *order[:-1]]
    assert [jobs[name].get("environment") for name in order] == [None, None, "staging", "canary", "production"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to be another one than whose the checkout is")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_git_takes_the_checkout_of_a_container(path, tmp_path):
    """There the jobs are root's, the workspace is that of the machine around them."""
    (tmp_path / "checkout").mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path / "checkout"], check=True)
    for place in (tmp_path / "checkout").rglob("*"):
        os.lchown(place, 1001, 1001)
    os.chown(tmp_path / "checkout", 1001, 1001)
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    asked = ["git", "-C", tmp_path / "checkout", "status"]
    assert "dubious ownership" in subprocess.run(asked, capture_output=True, text=True, check=False, env=bare).stderr
    subprocess.run(asked, check=True, env={**bare, **{name: str(value) for name, value in read(path)["env"].items()}})


@pytest.mark.parametrize(("old", "new", "said"), [
    ("needs: staging", "needs: stageing", "stageing"),
    ("runs-on: ubuntu-24.04", "runs_on: ubuntu-24.04", "runs_on"),
    ("${{ vars.PLYO_IMAGE }}", "${{ var.PLYO_IMAGE }}", "undefined variable"),
    ("${{ github.token }}", "${{ github.token }", "unexpected"),
    ("{contents: write}", "{content: write}", "content"),
    ("      - run: ./dev package", "      - runs: ./dev package all", "runs"),
    ('push: {tags: ["v*"]}', "pushes: {}", "pushes"),
    ("- run: deploy/pipeline/scan", "- run: deploy/pipeline/scan $(cat $X)", "SC2046"),
])
def test_actionlint_notices(old, new, said):
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
    assert old in text
    assert said in actionlint(text.replace(old, new, 1))


@pytest.mark.parametrize(("plant", "said"), [
    (lambda one: one["permissions"].update(contents="write"), "it may more than read"),
    (lambda one: one["jobs"]["image"].pop("timeout-minutes"), "image: it has no limit of time"),
    (lambda one: one["jobs"]["image"]["steps"].append({"run": "apt-get install -y skopeo"}), "is not one call of a script"),
    (lambda one: one["jobs"]["image"]["steps"].append({"run": "./dev setup && ./dev test"}), "is not one call of a script"),
    (lambda one: one["jobs"]["image"]["steps"].append({"run": "./dev setup\n./dev test"}), "is not one call of a script"),
    (lambda one: one["jobs"]["image"]["steps"].append({"run": "deploy/pipeline/smoke $(curl x)"}), "is not one call of a script"),
    (lambda one: one["jobs"]["image"]["steps"].append({"run": "deploy/pipeline/sign image"}), "deploy/pipeline/sign is no script of this repository"),
    (lambda one: one["jobs"]["image"]["steps"].append({"run": "./dev sign"}), "./dev has no command sign"),
    (lambda one: one["jobs"]["image"]["steps"].append({"uses": "actions/checkout@v4"}), "is not ours, or not pinned"),
    (lambda one: one["jobs"]["image"]["steps"].append({"uses": f"somebody/else@{'0' * 40}"}), "is not ours, or not pinned"),
])
def test_a_promise_that_is_broken_is_noticed(plant, said):
    workflow = read(ROOT / ".github/workflows/release.yml")
    before = complaints(workflow)
    plant(workflow)
    found = [complaint for complaint in complaints(workflow) if complaint not in before]
    assert len(found) == 1 and found[0].endswith(said)


# ---- The version


def version(root, *arguments: str, status: int = 0) -> str:
    done = subprocess.run([PIPELINE / "version", "--root", root, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return (done.stderr if status else done.stdout).strip()


@pytest.fixture
def tree(tmp_path):
    """What the version stands in, with this as what is unreleased."""
    for name in ("CMakeLists.txt", "sdk/python/src/plyo/_version.py", "sdk/typescript/package.json", "web/package.json", "web/package-lock.json", "deploy/helm/plyo/Chart.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    def made(unreleased: str, current: str = "") -> object:
        (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n{unreleased}\n## [0.0.9] - 2026-01-01\n### Added\n* Something old.\n", encoding="utf-8")
        if current:
            for path in filter(lambda path: path.is_file() and path.name != "CHANGELOG.md", tmp_path.rglob("*")):
                path.write_text(path.read_text(encoding="utf-8").replace(version(ROOT), current), encoding="utf-8")
        return tmp_path
    return made


def test_the_version_is_the_same_everywhere():
    version(ROOT, "check")
    assert version(ROOT) in subprocess.run([os.environ["PLYO_SERVE_BINARY"], "--version"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("current", "unreleased", "following"), [
    ("1.2.3", "### Fixed\n* A fault.\n", "1.2.4"),
    ("1.2.3", "### Security\n* A hole.\n### Fixed\n* A fault.\n", "1.2.4"),
    ("1.2.3", "### Added\n* Something.\n### Fixed\n* A fault.\n", "1.3.0"),
    ("1.2.3", "### Changed\n* **Breaking:** `--model` has another default.\n", "2.0.0"),
    ("0.2.3", "### Changed\n* **Breaking:** `--model` has another default.\n", "0.3.0"),
    ("0.2.3", "### Fixed\n* **Breaking:** what was wrong is an error.\n", "0.3.0"),
])
def test_the_changelog_says_which_version_is_next(tree, current, unreleased, following):
    root = tree(unreleased, current)
    assert version(root, "next") == following
    assert version(root, "set", "2026-12-24") == following
    version(root, "check", f"v{following}")
    assert version(root) == following and version(root, "notes") == unreleased.strip()
    assert f"## [Unreleased]\n\n## [{following}] - 2026-12-24\n{unreleased}" in (root / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "nothing that is unreleased" in version(root, "next", status=1)


def test_what_does_not_fit_is_noticed(tree):
    root = tree("### Added\n* Something.\n")
    assert "is not of version" in version(root, "check", "v9.9.9", status=1)
    assert "says nothing of" in version(root, "check", f"v{version(root)}", status=1)
    (root / "web/package.json").write_text('{\n  "version": "7.7.7"\n}\n', encoding="utf-8")
    assert "7.7.7  web/package.json" in version(root, "check", status=1)
    assert "Improved is none of" in version(tree("### Improved\n* Something.\n", ""), "next", status=1)


# ---- What the jobs call


def ran(*command: object, status: int = 0, **env: str) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "PLYO_DEPS": str(DEPS), **env})
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("command", [("./dev", "fmt", "--check"), (PIPELINE / "scan",), (PIPELINE / "docs", "OUT")], ids=lambda command: Path(command[0]).name)
def test_where_git_does_not_answer_nothing_is_good(command, tmp_path):
    (tmp_path / "git").write_text("#!/bin/sh\nexit 128\n", encoding="utf-8")
    (tmp_path / "git").chmod(0o755)
    (tmp_path / "osv-scanner").mkdir()
    shutil.copy("/bin/true", tmp_path / "osv-scanner/osv-scanner")
    ran(*(tmp_path if part == "OUT" else part for part in command), status=128, PATH=f"{tmp_path}:{os.environ['PATH']}", PLYO_DEPS=str(tmp_path))


def test_scripts_say_how_they_are_called():
    for name in ("publish", "deploy", "smoke", "sdks", "docs"):
        assert f"Usage: deploy/pipeline/{name}" in ran(PIPELINE / name, "--nonsense", status=2)


@pytest.mark.parametrize(("part", "said"), [
    ("draft", "gh release create v"), ("image", "cosign sign --yes registry.example/plyo@sha256:"), ("image", "cosign attest --yes --type spdxjson"), ("python", "twine upload"),
    ("typescript", "npm publish"), ("docs", "gh-pages"), ("release", "--draft=false"),
])
def test_what_would_be_published(part, said):
    assert said in ran(PIPELINE / "publish", "--dry-run", part, PLYO_IMAGE="registry.example/plyo", GH_TOKEN="a-secret")


@pytest.mark.parametrize(("platform", "environment", "said"), [
    ("kubernetes", "staging", "--set canary.enabled=false"), ("kubernetes", "production", "--set canary.enabled=true"), ("kubernetes", "production", "phase plyo-live"),
    ("ecs", "staging", "update-stack --stack-name plyo-staging"), ("ecs", "production", "stack-update-complete --stack-name plyo-production"),
    ("hosts", "production", "deploy/pipeline/canary run"), ("hosts", "staging", "nobody would judge a canary"),
])
def test_what_would_be_deployed(platform, environment, said):
    assert said in ran(PIPELINE / "deploy", "--dry-run", environment, PLYO_PLATFORM=platform, PLYO_IMAGE="registry.example/plyo", PLYO_VALUES="values.yaml")


@pytest.fixture
def pipeline(tree, tmp_path):
    """Runs a script of the pipeline in a tree of its own, beside programs (NAME=SHELL) that write down how they are called; gives that and what it said."""
    tree("")
    shutil.copytree(PIPELINE, tmp_path / "deploy/pipeline")
    (tmp_path / "deploy/helm").mkdir(exist_ok=True)
    (tmp_path / "deploy/helm/package").symlink_to("/bin/true")
    (tmp_path / "bin").mkdir()

    def called(script: str, *arguments: str, status: int = 0, programs: dict[str, str], **env: str) -> tuple[list[str], str]:
        for name, body in programs.items():
            (tmp_path / "bin" / name).write_text(f'#!/bin/sh\necho "{name} $*" >>{tmp_path}/calls\n{body}\n', encoding="utf-8")
            (tmp_path / "bin" / name).chmod(0o755)
        (tmp_path / "calls").write_text("", encoding="utf-8")
        said = ran(tmp_path / "deploy/pipeline" / script, *arguments, status=status, PATH=f"{tmp_path}/bin:{os.environ['PATH']}", PLYO_DEPS=str(tmp_path / "none"), **env)
        return (tmp_path / "calls").read_text(encoding="utf-8").splitlines(), said
    return called


DIGEST = f"echo sha256:{'1' * 64}"


@pytest.mark.parametrize("platform", ["kubernetes", "ecs"])
def test_without_the_digest_nothing_is_deployed(pipeline, platform):
    calls, _ = pipeline("deploy", "production", status=1, programs={"gh": "exit 1", "helm": "", "kubectl": "echo Healthy", "sleep": "", "aws": ""}, PLYO_PLATFORM=platform,
                        PLYO_IMAGE="registry.example/plyo", PLYO_VALUES="values.yaml", PLYO_PARAMETERS=str(DEPLOY / "ecs/production.json"))
    assert [call.split()[0] for call in calls] == ["gh"]


def test_without_the_package_nothing_is_published(pipeline):
    calls, said = pipeline("publish", "typescript", status=1, programs={"gh": "", "npm": "", "sha256sum": ""})
    assert "there is not one" in said and not [call for call in calls if call.startswith("npm")]


def test_what_is_vulnerable_is_borne_for_a_reason_and_a_while():
    text = (PIPELINE / "osv-scanner.toml").read_text(encoding="utf-8")
    example = re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE)
    for listed in (tomllib.loads(text).get("IgnoredVulns", []), tomllib.loads(example)["IgnoredVulns"]):
        assert all({"id", "reason", "ignoreUntil"} <= set(one) and one["reason"] for one in listed)
    assert "--config deploy/pipeline/osv-scanner.toml" in (PIPELINE / "scan").read_text(encoding="utf-8")


@pytest.mark.parametrize(("answers", "status", "word"), [
    ("exit 1", 1, "not to be asked"), ("echo Paused", 1, "promote or abort it"), ("echo Degraded", 1, "plyo-api is Degraded"), ("echo Healthy", 0, "plyo-live is Healthy"),
])
def test_a_rollout_is_asked_until_it_has_ended(pipeline, answers, status, word):
    once = '[ "$3" != get ] || [ -e "$0.asked" ] || { touch "$0.asked"; exit 1; }; '  # the first question is lost
    calls, said = pipeline("deploy", "production", status=status, programs={"gh": DIGEST, "helm": "", "sleep": "", "kubectl": once + f'[ "$3" != get ] || {{ {answers}; }}'},
                           PLYO_PLATFORM="kubernetes", PLYO_IMAGE="registry.example/plyo", PLYO_VALUES="values.yaml")
    assert word in said
    assert {call.split()[2] for call in calls if call.startswith("kubectl")} == {"plyo-production"}
    assert [call for call in calls if call.startswith("helm") and "--namespace plyo-production" in call]


@pytest.mark.parametrize(("platform", "said"), [("kubernetes", "--namespace club"), ("ecs", "--stack-name club")])
def test_an_installation_may_have_another_name(platform, said):
    told = ran(PIPELINE / "deploy", "--dry-run", "production", PLYO_PLATFORM=platform, PLYO_IMAGE="registry.example/plyo", PLYO_VALUES="values.yaml", PLYO_INSTALLATION="club")
    assert said in told and "plyo-production" not in told


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_page_says_what_installations_are_called(environment):
    page = (ROOT / "docs/operate/delivery.md").read_text(encoding="utf-8")
    assert f"`plyo-{environment}`" in page and "`PLYO_INSTALLATION`" in page


@pytest.mark.parametrize(("said", "status"), [("No updates are to be performed.", 0), ("Stack is in UPDATE_ROLLBACK_FAILED state and can not be updated.", 1)])
def test_ecs_may_have_the_release_already(pipeline, said, status):
    answer = f"echo 'An error occurred (ValidationError) when calling the UpdateStack operation: {said}' >&2; exit 254"
    calls, told = pipeline("deploy", "production", status=status, programs={"gh": DIGEST, "aws": answer}, PLYO_PLATFORM="ecs", PLYO_IMAGE="registry.example/plyo",
                           PLYO_PARAMETERS=str(DEPLOY / "ecs/production.json"))
    assert [call.split()[2] for call in calls if call.startswith("aws")] == ["update-stack"]
    assert ("is this release already" if status == 0 else said) in told


def test_ecs_is_waited_for(pipeline):
    calls, _ = pipeline("deploy", "production", programs={"gh": DIGEST, "aws": "echo '{}'"}, PLYO_PLATFORM="ecs", PLYO_IMAGE="registry.example/plyo",
                        PLYO_PARAMETERS=str(DEPLOY / "ecs/production.json"))
    assert [call.split()[2] for call in calls if call.startswith("aws")] == ["update-stack", "wait"]


@pytest.mark.parametrize(("there", "published"), [("{version}", False), ("", True)])
def test_npm_gets_a_version_once(pipeline, tmp_path, there, published):
    now = version(ROOT)
    (tmp_path / "build/packages").mkdir(parents=True)
    (tmp_path / f"build/packages/npm-plyo-{now}.tgz").touch()
    programs = {"gh": "", "sha256sum": "", "npm": f'[ "$1" != view ] || echo "{there.format(version=now)}"'}
    calls, _ = pipeline("publish", "typescript", programs=programs)
    assert any(call.startswith("npm publish") for call in calls) == published


@pytest.mark.parametrize(("draft", "done"), [("echo true", "upload"), ("echo false", "create"), ("exit 1", "create")])
def test_there_is_one_draft(pipeline, tmp_path, draft, done):
    (tmp_path / "build/packages").mkdir(parents=True)
    (tmp_path / "build/packages/plyo.deb").touch()
    calls, _ = pipeline("publish", "draft", programs={"gh": f'[ "$2" != view ] || {{ {draft}; }}'})
    assert [call.split()[2] for call in calls if call.startswith("gh")] == ["view", done]


def test_smoke_finds_out_whether_a_server_does_its_work(tmp_path):
    with Installation(tmp_path, "--workers", "1") as installed:
        server = installed.serve()
        url = f"http://127.0.0.1:{server.port}"
        assert "is well" in ran(PIPELINE / "smoke", url, PLYO_KEY=installed.keys["test"])
        assert "not 9.9.9" in ran(PIPELINE / "smoke", url, "9.9.9", status=1)
        assert "401" in ran(PIPELINE / "smoke", url, status=22, PLYO_KEY="wrong")


def test_both_sdks_are_packed_as_they_would_be_published(tmp_path):
    now = version(ROOT)
    ran(PIPELINE / "sdks", tmp_path, GITHUB_REPOSITORY="club/plyo")
    assert {path.name for path in tmp_path.iterdir()} == {f"plyo-{now}-py3-none-any.whl", f"plyo-{now}.tar.gz", f"npm-plyo-{now}.tgz"}
    ran("/usr/bin/python3", "-m", "twine", "check", "--strict", *tmp_path.glob("plyo-*"), PYTHONPATH=str(DEPS / "publish"))
    with tarfile.open(tmp_path / f"npm-plyo-{now}.tgz") as archive:
        assert {"package/dist/esm/index.js", "package/dist/cjs/index.js", "package/README.md"} <= set(archive.getnames())
        assert json.load(archive.extractfile("package/package.json"))["repository"]["url"] == "git+https://github.com/club/plyo.git"


def test_pages_of_the_documentation_lead_to_pages(tmp_path):
    ran(PIPELINE / "docs", tmp_path)
    with tarfile.open(next(tmp_path.glob("plyo-docs-*.tar.gz"))) as archive:
        archive.extractall(tmp_path / "pages")
    pages = sorted((tmp_path / "pages").rglob("*.html"))
    assert len(pages) > 50 and (tmp_path / "pages/reference/openapi.yaml").exists()
    lost = {f"{page.relative_to(tmp_path)}: {link}" for page in pages for link in re.findall(r'(?:href|src)="([^":#]+\.(?:html|jpg|png|svg|css|js))[#"]', page.read_text(encoding="utf-8"))
            if link.startswith("/") or not (page.parent / link).exists()}
    assert lost == set()
    assert 'Redoc.init("openapi.yaml"' in (tmp_path / "pages/reference/docs.js").read_text(encoding="utf-8")
