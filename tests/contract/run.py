#!/usr/bin/python3
"""Runs what needs a real server: starts `plyo serve` with a key of each mode, and one runner against it.

    run.py RUNNER [ARGUMENT...]     the arguments go to the runner, as -k NAME (Python) or NAME (TypeScript)

PLYO_SERVE_BINARY   the binary; `plyo` for all scenarios, for some of them analyse video
PLYO_SDK_PYTHON     the packages of deps/sdk_python.txt
PLYO_NODE           Node.js, for the runners of TypeScript
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/service"))

from platform_support import platform  # noqa: E402

PYTHON_PACKAGES = os.environ.get("PLYO_SDK_PYTHON", str(ROOT / "build/deps/sdk_python"))
NODE = os.environ.get("PLYO_NODE", str(ROOT / "build/deps/playwright/node"))


def run(command: list, cwd: pathlib.Path, env: dict) -> int:
    return subprocess.run(list(map(str, command)), cwd=cwd, env=env, check=False).returncode


def pytest(folder: pathlib.Path, env: dict, *arguments: object) -> int:
    """What is skipped was not tested: it counts as failed."""
    report = folder / "pytest.xml"
    status = run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *arguments], ROOT / "sdk/python", env)
    skipped = re.search(r'skipped="(\d+)"', report.read_text(encoding="utf-8"))
    assert skipped and skipped[1] == "0", "tests were skipped though there is a server"
    return status


def contract_python(folder: pathlib.Path, env: dict, arguments: list[str]) -> int:
    return pytest(folder, env, "-m", "server", "tests/test_contract.py", *arguments)


def readme_python(folder: pathlib.Path, env: dict, arguments: list[str]) -> int:
    return pytest(folder, env, "-m", "server", "tests/test_readme.py", *arguments)


def contract_typescript(_: pathlib.Path, env: dict, arguments: list[str]) -> int:
    return run([NODE, "build/node/sdk_contract/contract_runner.mjs", *arguments], ROOT, env)


def typescript_package(folder: pathlib.Path) -> None:
    """The SDK as a package that programs below the folder import."""
    package = folder / "node_modules/plyo"
    package.mkdir(parents=True)
    (package / "package.json").write_bytes((ROOT / "sdk/typescript/package.json").read_bytes())
    subprocess.run([NODE, "sdk/typescript/build.mjs", str(package / "dist")], cwd=ROOT, check=True)


def readme_typescript(folder: pathlib.Path, env: dict, _: list[str]) -> int:
    """Its examples in JavaScript are run, those in TypeScript are checked."""
    typescript_package(folder)
    text = (ROOT / "sdk/typescript/README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```(js|ts)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in examples] == ["js", "js", "js", "ts", "ts"]
    status = 0
    for number, (kind, example) in enumerate(examples):
        path = folder / f"example_{number}.{'mjs' if kind == 'js' else 'mts'}"
        path.write_text(example, encoding="utf-8")
        if kind == "js":
            failed = run([NODE, path], folder, {**env, "PLYO_API_KEY": env["PLYO_TEST_API_KEY"]})
        else:
            failed = run([NODE, ROOT / "node_modules/typescript/bin/tsc", "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022",
                          "--lib", "es2022,dom", "--typeRoots", ROOT / "node_modules/@types", "--types", "node", path], folder, env)
        print(f"{'FAILED' if failed else 'ok    '} example {number} of sdk/typescript/README.md", flush=True)
        status = status or failed
    return status


def schemathesis(folder: pathlib.Path, env: dict, arguments: list[str]) -> int:
    """Every operation with requests that the contract allows and with such that it forbids: no server error, no answer that the contract
    does not know. The argument is how many examples an operation gets in a phase; a stream that goes on is left out."""
    examples = arguments[0] if arguments else "5"
    checks = ("not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection,"
              "unsupported_method")
    packages = os.environ.get("PLYO_SCHEMATHESIS", str(ROOT / "build/deps/schemathesis"))
    env = {**env, "PYTHONPATH": f"{packages}:{ROOT / 'tests/contract'}", "SCHEMATHESIS_HOOKS": "schemathesis_hooks"}
    return run([sys.executable, "-m", "schemathesis.cli", "run", ROOT / "contract/openapi.yaml", "--url", env["PLYO_BASE_URL"],
                "-H", f"Authorization: Bearer {env['PLYO_TEST_API_KEY']}", "--checks", checks, "--max-examples", examples,
                "--phases", "examples,coverage,fuzzing", "--exclude-operation-id", "stream_analysis", "--request-timeout", "60",
                "--generation-deterministic", "--no-color"], folder, env)  # it leaves notes where it runs


RUNNERS: dict[str, Callable[[pathlib.Path, dict, list[str]], int]] = {
    runner.__name__: runner for runner in (contract_python, contract_typescript, readme_python, readme_typescript, schemathesis)
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in RUNNERS:
        print(__doc__, "Runners: ", ", ".join(RUNNERS), sep="", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="plyo_contract_") as name:
        folder = pathlib.Path(name)
        with platform(folder / "server", keys=False) as (server, live, test):
            env = {**os.environ, "PLYO_BASE_URL": f"http://{server.host}", "PLYO_API_KEY": live.key, "PLYO_TEST_API_KEY": test.key,
                   "PYTHONPATH": PYTHON_PACKAGES}
            return RUNNERS[sys.argv[1]](folder, env, sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
