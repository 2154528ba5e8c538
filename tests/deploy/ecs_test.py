"""The template of deploy/ecs: linted, created in a stand-in of AWS with both parameter files, and what it promises; and that what is wrong is noticed."""

import contextlib
import copy
import json
import os
import re
import subprocess

import boto3
import cfnlint
import pytest
import yaml
from conftest import DEPLOY, ROOT
from deploy_support import blocks
from moto import mock_aws
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.elbv2.models import FakeLoadBalancer, FakeTargetGroup
from serve_support import serving

REGION = "eu-central-1"
TEMPLATE = (DEPLOY / "ecs/plyo.yaml").read_text(encoding="utf-8")
PAGE = ROOT / "docs/operate/ecs.md"
PLYO = os.environ.get("PLYO_SERVE_BINARY", str(ROOT / "build/plyo"))
SIZES = ("staging", "production")


class Loader(yaml.SafeLoader):
    """!Sub and the like as the objects that they are short for."""


def long_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if suffix == "GetAtt" else value
    else:
        value = loader.construct_sequence(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", long_form)
DOCUMENT = yaml.load(TEMPLATE, Loader)


def parameters(size: str) -> dict[str, str]:
    return {one["ParameterKey"]: one["ParameterValue"] for one in json.loads((DEPLOY / f"ecs/{size}.json").read_text(encoding="utf-8"))}


def lint(document: dict) -> list[str]:
    return [str(match) for match in cfnlint.lint(json.dumps(document), regions=[REGION])]


class Unknown(CloudFormationModel):
    """What the stand-in does not make: Cloud Map's names, scaling, alarms. It keeps the properties, with all references resolved."""

    __module__ = "moto.unknown.models"  # where moto reads the name of the service from

    def __init__(self, name: str, properties: dict) -> None:
        self.name = self.physical_resource_id = name
        self.properties = properties

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        made = cls(resource_name, cloudformation_json.get("Properties", {}))
        cls.made.append((cloudformation_json["Type"], made))
        return made

    @staticmethod
    def cloudformation_name_type():
        return ""

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, attribute_name):
        return f"{self.name}.{attribute_name}"


@contextlib.contextmanager
def created(size: str, template: str = TEMPLATE):
    """The stack in an account of its own; gives what the stand-in does not know, by type."""
    known = parsing.resource_class_from_type
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.setattr(Unknown, "made", [], raising=False)
        patch.setattr(parsing, "resource_class_from_type", lambda name: known(name) or Unknown)
        # Names by which alarms and scaling know them, which moto leaves out.
        patch.setattr(FakeLoadBalancer, "get_cfn_attribute", lambda self, name: self.dns_name if name == "DNSName" else self.arn.split("loadbalancer/")[1])
        patch.setattr(FakeTargetGroup, "get_cfn_attribute", lambda self, name: self.arn.split(":")[-1], raising=False)
        values = parameters(size)
        values["KeysSecretArn"] = boto3.client("secretsmanager").create_secret(Name="plyo-keys", SecretString="sha256:0 first")["ARN"]
        values["CertificateArn"] = boto3.client("acm").request_certificate(DomainName=values["HostName"])["CertificateArn"]
        boto3.client("cloudformation").create_stack(
            StackName="plyo", TemplateBody=template, Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()])
        yield Unknown.made


def test_it_is_free_of_lint():
    assert lint(DOCUMENT) == []
    assert len(TEMPLATE.encode()) < 51200, "CloudFormation takes more from a bucket alone"


@pytest.mark.parametrize("size", SIZES)
def test_a_size_sets_what_there_is_to_set(size):
    wanted = {name for name, one in DOCUMENT["Parameters"].items() if "Default" not in one}
    assert wanted <= parameters(size).keys() <= DOCUMENT["Parameters"].keys()
    for name, value in parameters(size).items():
        one = DOCUMENT["Parameters"][name]
        assert re.fullmatch(one.get("AllowedPattern", ".*"), value) and value in one.get("AllowedValues", [value]), name
    for role in ("Api", "Live", "Worker"):
        assert int(parameters(size)[f"{role}Tasks"]) <= int(parameters(size)[f"{role}TasksMost"])


@pytest.mark.parametrize("size", SIZES)
def test_it_is_created(size):
    with created(size) as unknown:
        stack = boto3.client("cloudformation").describe_stacks(StackName="plyo")["Stacks"][0]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        ecs = boto3.client("ecs")
        cluster = ecs.list_clusters()["clusterArns"][0]
        services = ecs.describe_services(cluster=cluster, services=ecs.list_services(cluster=cluster)["serviceArns"])["services"]
        tasks = {ecs.describe_task_definition(taskDefinition=one["taskDefinition"])["taskDefinition"]["family"]: one for one in services}
        assert sorted(tasks) == ["plyo-api", "plyo-live", "plyo-nats", "plyo-worker"]
        balancers = boto3.client("elbv2")
        listeners = {one["Protocol"]: one for one in balancers.describe_listeners(
            LoadBalancerArn=balancers.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"])["Listeners"]}
        assert listeners["HTTP"]["DefaultActions"][0]["Type"] == "redirect"
        rules = balancers.describe_rules(ListenerArn=listeners["HTTPS"]["ListenerArn"])["Rules"]
        paths = {rule["Conditions"][0]["PathPatternConfig"]["Values"][0]: rule["Actions"][0]["ForwardConfig"]["TargetGroups"] for rule in rules if rule["Conditions"]}
        assert list(paths) == ["/v1/live", "/*"]
        assert all(role in group["TargetGroupArn"] for path, role in (("/v1/live", "LiveTargets"), ("/*", "ApiTargets")) for group in paths[path])
        assert all([int(group["Weight"]) for group in groups] == [100, 0] for groups in paths.values())
        database = boto3.client("rds").describe_db_instances()["DBInstances"][0]
        assert database["StorageEncrypted"] and database["MultiAZ"] == (size == "production") and not database["PubliclyAccessible"]
        assert len(boto3.client("ec2").describe_nat_gateways()["NatGateways"]) == (2 if size == "production" else 1)
        scaled = {one.properties["ResourceId"].rsplit("/")[-1]: one.properties for kind, one in unknown if kind.endswith("::ScalableTarget")}
        assert sorted(scaled) == sorted(name.split("/")[-1] for family, one in tasks.items() if family != "plyo-nats" for name in [one["serviceName"]])
        for role in ("Api", "Live", "Worker"):
            limits = scaled[tasks[f"plyo-{role.lower()}"]["serviceName"]]
            assert [int(limits["MinCapacity"]), int(limits["MaxCapacity"])] == [int(parameters(size)[f"{role}{most}"]) for most in ("Tasks", "TasksMost")]
        assert sum(kind == "AWS::CloudWatch::Alarm" for kind, _ in unknown) == 14
        environment = ecs.describe_task_definition(taskDefinition="plyo-api")["taskDefinition"]["containerDefinitions"][1]["environment"]
        assert any(re.fullmatch(r"postgres://plyo@\S+/plyo\?sslmode=require", one["value"]) for one in environment)


def test_a_release_keeps_as_many_tasks_as_there_are():
    """Each service of the template changes; the stand-in sees no changes of parameters."""
    with created("production"):
        ecs = boto3.client("ecs")
        cluster = ecs.list_clusters()["clusterArns"][0]
        scaled = [name for name in ecs.list_services(cluster=cluster)["serviceArns"] if "Nats" not in name]
        for name in scaled:
            ecs.update_service(cluster=cluster, service=name, desiredCount=7)
        stacks = boto3.client("cloudformation")
        stacks.update_stack(StackName="plyo", TemplateBody=TEMPLATE.replace("PlatformVersion: LATEST", "PlatformVersion: 1.4.0"), Capabilities=["CAPABILITY_IAM"],
                            Parameters=stacks.describe_stacks(StackName="plyo")["Stacks"][0]["Parameters"])
        assert [one["desiredCount"] for one in ecs.describe_services(cluster=cluster, services=scaled)["services"]] == [7, 7, 7]


def differences(document: dict, role: str) -> list[str]:
    """Where a release of this service is not judged as deploy/pipeline/canary.yml says, as far as ECS can: one step, and all."""
    plan = yaml.safe_load((DEPLOY / "pipeline/canary.yml").read_text(encoding="utf-8"))
    resources, service = document["Resources"], document["Resources"][role]["Properties"]
    deployment, minutes = service["DeploymentConfiguration"], plan["step_seconds"] / 60
    alarms = deployment.get("Alarms", {})
    asked = [resources[one["Ref"]]["Properties"] for one in alarms.get("AlarmNames", [])]
    window = {"2m": 120}[plan["window"]]
    metrics = [metric for alarm in asked for metric in alarm["Metrics"]]
    weighed = {number for metric in metrics if "Expression" in metric for number in re.findall(r"\b\d{2,}\b", metric["Expression"])}
    # By name and group of targets; none is that of the balancer as a whole.
    counted = {(one["MetricName"], one["Dimensions"][1]["Value"]["Fn::GetAtt"][0] if one["Dimensions"][1:] else None)
               for metric in metrics if "MetricStat" in metric for one in [metric["MetricStat"]["Metric"]]}
    groups = {f"{role}Targets", f"{role}TargetsNext"}
    advanced = service["LoadBalancers"][0].get("AdvancedConfiguration", {})
    return [text for text, fine in {
        "a release does not come as a canary": deployment.get("Strategy") == "CANARY",
        "the first step is another": deployment.get("CanaryConfiguration") == {"CanaryPercent": plan["steps"][0], "CanaryBakeTimeInMinutes": minutes} and
                                     deployment.get("BakeTimeInMinutes") == minutes,
        "it is not taken back": alarms.get("Enable") is True and alarms.get("Rollback") is True,
        # Times of api hold how slowly a phone sends its video.
        "the limits are others": [alarm["Threshold"] for alarm in asked] == [plan["errors"]["worst"]] * 2 + [plan["seconds"]["worst"]] * (role == "Live"),
        "the window is another": {metric["MetricStat"]["Period"] for metric in metrics if "MetricStat" in metric} == {window} and
                                 all(alarm["EvaluationPeriods"] == 1 for alarm in asked),
        "so few requests are judged": weighed == {str(plan["least_requests"])},
        "what no task answered is not counted": {("HTTPCode_ELB_5XX_Count", None), *(("TargetConnectionErrorCount", group) for group in groups)} <= counted,
        "uploads are taken for slow": role == "Live" or not any(name == "TargetResponseTime" for name, _ in counted),
        "a release is not looked at": {group for _, group in counted} - {None} == groups and
                                      advanced.get("AlternateTargetGroupArn") == {"Ref": f"{role}TargetsNext"} and
                                      advanced.get("ProductionListenerRule") == {"Ref": f"{role}Rule"},
    }.items() if not fine]


def watchers(resources: dict, service: str) -> set[str]:
    """What tells that nothing of a service works: a balancer that asks its tasks, or their container itself; and an alarm where none is left."""
    groups = [one["TargetGroupArn"]["Ref"] for one in resources[service]["Properties"].get("LoadBalancers", [])]
    alarms = [json.dumps(one["Properties"]) for one in resources.values() if one["Type"] == "AWS::CloudWatch::Alarm" and
              one["Properties"]["ComparisonOperator"] == "LessThanThreshold" and one["Properties"]["TreatMissingData"] == "breaching"]
    [container] = [one for one in resources[f"{service}Task"]["Properties"]["ContainerDefinitions"] if one["Name"] == "plyo"]
    asked = json.loads(re.search(r"HEALTHCHECK .*\n\s+CMD (\[.*\])", (DEPLOY / "docker/Containerfile").read_text(encoding="utf-8"))[1])
    return {what for what, there in {
        "asked": bool(groups) or container.get("HealthCheck", {}).get("Command") == ["CMD", *asked],
        "told": any(("HealthyHostCount" in alarm and groups[0] in alarm) if groups else ("RunningTaskCount" in alarm and f'"{service}"' in alarm) for alarm in alarms),
    }.items() if there}


def complaints(document: dict) -> list[str]:
    """What the template has to keep, whatever is set."""
    found = []
    resources = document["Resources"]
    for name, one in resources.items():
        properties = one.get("Properties", {})
        if one["Type"] == "AWS::ECS::TaskDefinition":
            for container in properties["ContainerDefinitions"]:
                ours = container["Name"] == "plyo"
                for text, fine in {
                    "its root file system can be written": container.get("ReadonlyRootFilesystem") is True,
                    "it runs as root": not ours or str(container.get("User", "0")).split(":")[0] != "0",
                    "it has capabilities": not ours or container.get("LinuxParameters", {}).get("Capabilities") == {"Drop": ["ALL"]},
                    "it logs nowhere": "LogConfiguration" in container,
                    "a secret is written out": all(not re.search("PASSWORD|SECRET_ACCESS|ACCESS_KEY_ID", item["Name"]) and
                                                   not re.search("//[^/@]*:[^/@]*@", json.dumps(item["Value"]).replace("${", ""))
                                                   for item in container.get("Environment", [])),
                    "it has keys that do not end": not ours or (properties.get("TaskRoleArn") == {"Fn::GetAtt": ["FilesRole", "Arn"]} and
                                                                not any(item["Name"].startswith("AWS_") for item in container.get("Secrets", []))),
                    "it is killed before its sessions are measured": not ours or container.get("StopTimeout", 30) >= 10 + next(
                        int(item["Value"]) for item in container["Environment"] if item["Name"] == "PLYO_DRAIN_TIMEOUT"),
                }.items():
                    if not fine:
                        found.append(f"{name}: {text}")
        if one["Type"] == "AWS::ECS::Service" and name != "Nats":
            deployment = properties.get("DeploymentConfiguration", {})
            if name == "Worker" and (deployment.get("MinimumHealthyPercent", 0) < 100 or not deployment.get("DeploymentCircuitBreaker", {}).get("Rollback")):
                found.append(f"{name}: an upgrade can leave fewer than there were")
            if watchers(resources, name) != {"asked", "told"}:
                found.append(f"{name}: nobody notices that it does not work")
            delays = [int(one["Value"]) for group in (f"{name}Targets", f"{name}TargetsNext") for one in resources.get(group, {}).get("Properties", {}).get(
                "TargetGroupAttributes", []) if one["Key"] == "deregistration_delay.timeout_seconds"]
            if name == "Live" and (len(delays) != 2 or min(delays) < 900):
                found.append(f"{name}: the balancer cuts its sessions")
            # A release by deploy/pipeline waits for an hour: tasks that start, both times of the canary, and this.
            if delays and max(delays) + 1200 > 3600:
                found.append(f"{name}: a release is not waited for so long")
            if name != "Worker":
                found += [f"{name}: {text}" for text in differences(document, name)]
            if properties["NetworkConfiguration"]["AwsvpcConfiguration"].get("AssignPublicIp") == "ENABLED":
                found.append(f"{name}: it has a public address")
        if one["Type"] == "AWS::EC2::SecurityGroup":
            for rule in properties["SecurityGroupIngress"]:
                if "CidrIp" in rule and (name != "BalancerGroup" or rule["FromPort"] not in (80, 443)):
                    found.append(f"{name}: everybody reaches port {rule['FromPort']}")
        if one["Type"] == "AWS::RDS::DBInstance" and (properties.get("PubliclyAccessible") is not False or not properties.get("StorageEncrypted")):
            found.append(f"{name}: it is open or in the clear")
        if one["Type"] in ("AWS::RDS::DBInstance", "AWS::S3::Bucket") and one.get("DeletionPolicy") not in ("Retain", "Snapshot"):
            found.append(f"{name}: it goes with the stack")
        if one["Type"] == "AWS::S3::Bucket" and set(properties.get("PublicAccessBlockConfiguration", {}).values()) != {True}:
            found.append(f"{name}: it can be made public")
        if one["Type"] == "AWS::ElasticLoadBalancingV2::LoadBalancer" and not any(
                alarm.get("Properties", {}).get("MetricName") == "HTTPCode_ELB_5XX_Count" for alarm in resources.values()):
            found.append(f"{name}: nobody is told what it answers itself")
        if one["Type"] == "AWS::IAM::AccessKey":
            found.append(f"{name}: it has keys that do not end")
        if one["Type"] == "AWS::CloudWatch::Alarm" and not properties.get("AlarmActions"):
            found.append(f"{name}: it tells nobody")
    return found


def test_it_keeps_what_it_promises():
    assert complaints(DOCUMENT) == []


def test_live_sessions_go_to_live_tasks_alone():
    """What the stand-in does not keep: which target group a service fills, and that a browser comes back to its task."""
    filled = {name: one["Properties"].get("LoadBalancers", [{}])[0].get("TargetGroupArn") for name, one in DOCUMENT["Resources"].items()
              if one["Type"] == "AWS::ECS::Service"}
    assert filled == {"Api": {"Ref": "ApiTargets"}, "Live": {"Ref": "LiveTargets"}, "Worker": None, "Nats": None}
    for role in ("Api", "Live"):  # what comes is treated as what is there
        assert DOCUMENT["Resources"][f"{role}Targets"] == DOCUMENT["Resources"][f"{role}TargetsNext"]
    attributes = {one["Key"]: one["Value"] for one in DOCUMENT["Resources"]["LiveTargets"]["Properties"]["TargetGroupAttributes"]}
    assert attributes["stickiness.enabled"] == "true" and attributes["stickiness.type"] == "lb_cookie"


def test_each_setting_in_the_environment_is_one_of_the_program():
    options = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "apps/plyo").glob("*.cc"))
    names = {item["Name"] for one in DOCUMENT["Resources"].values() if one["Type"] == "AWS::ECS::TaskDefinition"
             for container in one["Properties"]["ContainerDefinitions"] for item in container.get("Environment", []) if item["Name"].startswith("PLYO_")}
    assert len(names) > 10
    assert all(f'"--{name.removeprefix("PLYO_").lower().replace("_", "-")}"' in options for name in names)


def test_refusals_are_counted_as_the_program_writes_them():
    """By the whole path of one: the line of the log, the filter, the alarm."""
    filtered, alarm = (DOCUMENT["Resources"][name]["Properties"] for name in ("LiveRefused", "LiveFull"))
    event, error, watchers = re.fullmatch(r'\{ \(\$\.event = "(\w+)"\) && \(\$\.error = "(\w+)"\) && \(\$\.message != "([^*]+)\*"\) \}', filtered["FilterPattern"]).groups()
    assert f'"{watchers}' in (ROOT / "libs/service/src/live_hub.cc").read_text(encoding="utf-8"), "who may not watch is no sign of a lack of room"
    line = re.search(rf'Log\(LogLevel::k(\w+), "{event}",\s+\{{\{{"error", ErrorId\(error\.code\)\}}', (ROOT / "libs/service/src/live_connection.cc").read_text(encoding="utf-8"))
    assert line[1] == "Info" and 'log_level = "info"' in (ROOT / "apps/plyo/serve_command.h").read_text(encoding="utf-8")
    assert f"  - id: {error}\n" in (ROOT / "contract/errors.yaml").read_text(encoding="utf-8")
    [made] = filtered["MetricTransformations"]
    assert (alarm["Namespace"], alarm["MetricName"]) == (made["MetricNamespace"], made["MetricName"]) and alarm["Threshold"] == 0


def test_the_first_key_is_made_as_the_page_says(tmp_path):
    """By the lines of the page: the secret that the stack gets, then a key of the REST interface; and what runs beside it finds its store."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/plyo").symlink_to(PLYO)

    def run(text: str, **more: str) -> str:
        environment = {**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}", **more}
        return subprocess.run(["bash", "-euo", "pipefail", "-c", text], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=240).stdout

    [secret] = [line for block in blocks(PAGE) for line in block.splitlines() if "--hash-key" in line]
    [first] = [block for block in blocks(PAGE) if "/v1/api_keys" in block]
    run(secret)
    with serving(tmp_path, "--role", "api") as server:
        run(first, URL=f"http://{server.host}")
        key = (tmp_path / "first.key").read_text(encoding="utf-8").strip()
        answer, project = server.request("/v1/project", Authorization=f"Bearer {key}")
        assert answer.status == 200 and json.loads(project)["id"] == "prj_default"
    [task] = [block for block in blocks(PAGE) if "aws ecs run-task" in block]
    [override] = json.loads(re.search(r"--overrides '(.+)'", task)[1])["containerOverrides"]
    containers = DOCUMENT["Resources"]["ApiTask"]["Properties"]["ContainerDefinitions"]
    assert override["name"] in [one["Name"] for one in containers] and "--task-definition plyo-api" in task
    assert run(" ".join(["plyo", *override["command"]]), PLYO_DATA=str(tmp_path / "data"))
    assert set(re.findall(r"of_stack (\w+)", PAGE.read_text(encoding="utf-8"))) <= DOCUMENT["Resources"].keys()


def test_it_is_said_where_deletion_does_not_reach_backups():
    names = {item["Name"] for one in DOCUMENT["Resources"].values() if one["Type"] == "AWS::ECS::TaskDefinition"
             for container in one["Properties"]["ContainerDefinitions"] for item in container.get("Environment", [])}
    said = re.search(r"who was deleted can be read from them by who has both, for (\d+) days", PAGE.read_text(encoding="utf-8"))
    assert "PLYO_KEYS_DATABASE" in names or int(said[1]) == DOCUMENT["Resources"]["Database"]["Properties"]["BackupRetentionPeriod"]


def test_the_program_keeps_a_connection_for_longer_than_the_balancer():
    """Else the balancer sends a request into one that is just being closed, and its user gets 502."""
    attributes = {one["Key"]: one["Value"] for one in DOCUMENT["Resources"]["Balancer"]["Properties"]["LoadBalancerAttributes"]}
    [kept_ms] = re.findall(r"proxy_keep_alive\{([\d']+)\}", (ROOT / "libs/service/include/plyo/service/limits.h").read_text(encoding="utf-8"))
    assert int(attributes["idle_timeout.timeout_seconds"]) * 1000 < int(kept_ms.replace("'", ""))
    for role in ("Api", "Live"):
        assert {"Name": "PLYO_BEHIND_PROXY", "Value": "true"} in plyo(DOCUMENT, role)["Environment"]


def plyo(document: dict, role: str = "Live") -> dict:
    return document["Resources"][f"{role}Task"]["Properties"]["ContainerDefinitions"][1]


def release(document: dict, role: str = "Live") -> dict:
    return document["Resources"][role]["Properties"]["DeploymentConfiguration"]


@pytest.mark.parametrize(("plant", "said"), [
    (lambda one: one["Resources"]["Live"]["Properties"]["DeploymentConfiguration"].update(Strategy="CANNERY"), "CANNERY"),
    (lambda one: one["Resources"]["Balancer"].update(Type="AWS::ElasticLoadBalancingV2::LoadBalanced"), "LoadBalanced"),
    (lambda one: one["Resources"]["Live"]["Properties"].update(DesiredCount="several"), "several"),
    (lambda one: one["Resources"]["Live"]["Properties"].update(DesiredCounts=2), "DesiredCounts"),
    (lambda one: one["Resources"]["Nats"]["Properties"].update(Cluster={"Ref": "Clutter"}), "Clutter"),
    (lambda one: one["Resources"]["ApiTask"]["Properties"].update(Cpu="1000"), "1000"),
])
def test_lint_notices(plant, said):
    document = copy.deepcopy(DOCUMENT)
    plant(document)
    errors = lint(document)
    assert errors and any(said in error for error in errors)


def test_a_stack_that_cannot_be_created_is_not():
    with pytest.raises(Exception, match="NoSuchTable"), created("staging", TEMPLATE.replace("RouteTableId: !Ref PublicRoutes", "RouteTableId: !Ref NoSuchTable")):
        pass


@pytest.mark.parametrize(("plant", "said"), [
    (lambda one: plyo(one).update(User="0"), "it runs as root"),
    (lambda one: plyo(one).update(ReadonlyRootFilesystem=False), "its root file system can be written"),
    (lambda one: plyo(one).update(LinuxParameters={}), "it has capabilities"),
    (lambda one: plyo(one).update(StopTimeout=20), "it is killed before its sessions are measured"),
    (lambda one: plyo(one).pop("LogConfiguration"), "it logs nowhere"),
    (lambda one: plyo(one)["Environment"].append({"Name": "PGPASSWORD", "Value": "open-sesame"}), "a secret is written out"),
    (lambda one: plyo(one)["Environment"].append({"Name": "PLYO_KEYS_DATABASE", "Value": "postgres://plyo:open-sesame@db/keys"}), "a secret is written out"),
    (lambda one: one["Resources"]["LiveTask"]["Properties"].pop("TaskRoleArn"), "it has keys that do not end"),
    (lambda one: plyo(one)["Secrets"].append({"Name": "AWS_ACCESS_KEY_ID", "ValueFrom": "arn"}), "it has keys that do not end"),
    (lambda one: one["Resources"]["Worker"]["Properties"]["DeploymentConfiguration"].update(MinimumHealthyPercent=50), "an upgrade can leave fewer than there were"),
    (lambda one: plyo(one, "Worker").pop("HealthCheck"), "nobody notices that it does not work"),
    (lambda one: one["Resources"].pop("WorkersDown"), "nobody notices that it does not work"),
    (lambda one: one["Resources"].pop("LiveDown"), "nobody notices that it does not work"),
    (lambda one: one["Resources"]["LiveTargetsNext"]["Properties"]["TargetGroupAttributes"][0].update(Value="30"), "the balancer cuts its sessions"),
    (lambda one: one["Resources"]["LiveTargets"]["Properties"]["TargetGroupAttributes"][0].update(Value="3600"), "a release is not waited for so long"),
    (lambda one: release(one).update(Strategy="ROLLING"), "a release does not come as a canary"),
    (lambda one: release(one)["CanaryConfiguration"].update(CanaryPercent=20), "the first step is another"),
    (lambda one: release(one)["Alarms"].update(Rollback=False), "it is not taken back"),
    (lambda one: one["Resources"]["LiveReleaseErrors"]["Properties"].update(Threshold=0.5), "the limits are others"),
    (lambda one: one["Resources"]["LiveReleaseSlow"]["Properties"].update(Threshold=0.2), "the limits are others"),
    (lambda one: one["Resources"]["LiveReleaseSlow"]["Properties"]["Metrics"][1]["MetricStat"].update(Period=60), "the window is another"),
    (lambda one: one["Resources"]["LiveReleaseErrors"]["Properties"]["Metrics"][0].update(Expression="MAX([e1 / 10, e2 / 10])"), "so few requests are judged"),
    (lambda one: one["Resources"]["LiveReleaseErrors"]["Properties"]["Metrics"].pop(2), "what no task answered is not counted"),
    (lambda one: one["Resources"]["BalancerReleaseErrors"]["Properties"]["Metrics"].pop(1), "what no task answered is not counted"),
    (lambda one: one["Resources"]["ApiReleaseErrors"]["Properties"]["Metrics"][1]["MetricStat"]["Metric"].update(MetricName="TargetResponseTime"), "uploads are taken for slow"),
    (lambda one: one["Resources"].pop("BalancerErrors"), "nobody is told what it answers itself"),
    (lambda one: one["Resources"]["Live"]["Properties"]["LoadBalancers"][0]["AdvancedConfiguration"].update(ProductionListenerRule={"Ref": "ApiRule"}),
     "a release is not looked at"),
    (lambda one: one["Resources"]["DatabaseGroup"]["Properties"]["SecurityGroupIngress"][0].update(CidrIp="0.0.0.0/0"), "everybody reaches port 5432"),
    (lambda one: one["Resources"]["Database"]["Properties"].update(PubliclyAccessible=True), "it is open or in the clear"),
    (lambda one: one["Resources"]["Files"].pop("DeletionPolicy"), "it goes with the stack"),
    (lambda one: one["Resources"]["Files"]["Properties"]["PublicAccessBlockConfiguration"].update(BlockPublicAcls=False), "it can be made public"),
    (lambda one: one["Resources"]["LiveFull"]["Properties"].pop("AlarmActions"), "it tells nobody"),
])
def test_a_promise_that_is_broken_is_noticed(plant, said):
    document = copy.deepcopy(DOCUMENT)
    plant(document)
    found = complaints(document)
    assert found and all(complaint.endswith(f": {said}") for complaint in found)
