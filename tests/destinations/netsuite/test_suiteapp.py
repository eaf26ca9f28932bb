"""The RESTlet that ships with Affix: its script in Node, against stand-ins for NetSuite's modules, and its SDF project.

Each file in suiteapp/ is a test here. What the XML must hold: Oracle's pages SDFxml_410893908 (restlet),
SDFxml_2909147388 and its neighbours (scriptdeployment), and subsect_1537555588 (files of objects), below
https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/.
"""

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from server.destinations.netsuite.parties import FIELDS
from tests.simulator.netsuite.restlet import DEPLOYMENT_IDS, SCRIPT_IDS, NoNode, node

HERE = Path(__file__).parent
SUITEAPP = HERE.parents[2] / "server/destinations/netsuite/suiteapp"
PROJECT = SUITEAPP / "src"
OBJECT = PROJECT / "Objects" / f"{SCRIPT_IDS[0]}.xml"
TESTS = sorted((HERE / "suiteapp").glob("*.test.mjs"))
LIMIT_SECONDS = 120


def parsed(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.removesuffix(".test.mjs"))
def test_the_script_does_what_its_tests_say(file: Path) -> None:
    try:
        program = node()
    except NoNode as missing:
        pytest.skip(str(missing))
    command = [program, "--test", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_object_has_what_oracle_requires_of_a_restlet() -> None:
    restlet = parsed(OBJECT)
    assert restlet.tag == "restlet"
    name, file = restlet.findtext("name"), restlet.findtext("scriptfile")
    assert name and len(name) <= 40
    assert len(restlet.findtext("description") or "") <= 999
    assert file and re.fullmatch(r"\[/SuiteScripts/.+\.js\]", file)
    assert (PROJECT / "FileCabinet" / file.strip("[]/")).is_file()
    assert restlet.findtext("isinactive") == "F"


def test_its_deployment_is_released_to_the_role_of_the_integration() -> None:
    """A deployment in testing runs for the owner of the script only, and an audience of nobody lets nobody in."""
    (deployment,) = parsed(OBJECT).findall("scriptdeployments/scriptdeployment")
    assert deployment.findtext("title")
    assert deployment.findtext("status") == "RELEASED"
    assert deployment.findtext("isdeployed") == "T"
    assert deployment.findtext("allroles") == "T"
    assert deployment.findtext("loglevel") in {"AUDIT", "DEBUG", "EMERGENCY", "ERROR"}


def test_everybody_knows_the_script_by_the_same_ids() -> None:
    restlet = parsed(OBJECT)
    deployment = restlet.find("scriptdeployments/scriptdeployment")
    assert deployment is not None
    assert (restlet.get("scriptid"), deployment.get("scriptid")) == (SCRIPT_IDS[0], DEPLOYMENT_IDS[0])
    page = (SUITEAPP / "README.md").read_text(encoding="utf-8")
    for id_, prefix in ((SCRIPT_IDS[0], "customscript_"), (DEPLOYMENT_IDS[0], "customdeploy_")):
        assert id_.startswith(prefix)
        assert len(id_) <= 40
        assert f"`{id_}`" in page


def test_script_and_service_put_a_message_into_the_same_field() -> None:
    """By REST the service fills it in, by the RESTlet the script."""
    script = (PROJECT / "FileCabinet/SuiteScripts/Affix/affix_save_email.js").read_text(encoding="utf-8")
    table = re.search(r"TARGET_FIELDS = \{(.*?)\n    \};", script, re.DOTALL)
    assert table
    lists = re.findall(r"(\w+): \[(.*?)\]", table[1], re.DOTALL)
    fields = {type_: field for field, types in lists for type_ in re.findall(r"'(\w+)'", types)}
    assert FIELDS.items() <= fields.items()


def test_the_project_is_an_account_customization_that_deploys_all_it_has() -> None:
    manifest = parsed(PROJECT / "manifest.xml")
    assert (manifest.tag, manifest.get("projecttype")) == ("manifest", "ACCOUNTCUSTOMIZATION")
    assert manifest.findtext("projectname")
    assert manifest.findtext("frameworkversion") == "1.0"
    features = {one.text: one.get("required") for one in manifest.findall("dependencies/features/feature")}
    assert features["SERVERSIDESCRIPTING"] == "true"
    deploy = parsed(PROJECT / "deploy.xml")
    assert deploy.tag == "deploy"
    for kind, folder in (("files", "FileCabinet"), ("objects", "Objects")):
        named = {(one.text or "").removeprefix("~/") for one in deploy.findall(f"{kind}/path")}
        there = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / folder).rglob("*") if path.is_file()}
        assert named == there
