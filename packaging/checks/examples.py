"""Holds the examples for CI servers to their schemas, and runs their shell lines in a scratch repository.

Wants check-jsonschema and ruamel.yaml, and the program: python3 packaging/checks/examples.py PROGRAM
Installing is what other checks do; here a stub of cargo puts the program where `cargo install` would have put it.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "packaging" / "ci"
STORY = ROOT / "tests" / "scripts" / "story" / "backup.sh"
CLEAN = "#!/bin/bash\nset -euo pipefail\ntrue\n"

CARGO = """#!/bin/bash
set -eu
[ "$1" = install ]
root=$STUB_ROOT
while (( $# > 0 )); do
    if [ "$1" = --root ]; then root=$2; fi
    shift
done
mkdir -p "$root/bin"
cp "$STUB_PROGRAM" "$root/bin/lint-scripts"
"""


def main(program):
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        schemas(place)
        for check in (action, walk, gitlab, circleci, azure, buildkite, jenkins, trunk, megalinter, docker):
            here = place / check.__name__
            here.mkdir()
            check(Scratch(here, program))
            print(f"{check.__name__}: as described")


class Scratch:
    """A repository with the story in it, and a machine on which lint-scripts is not yet installed."""

    def __init__(self, place, program):
        self.place = place
        self.repository = place / "repository"
        self.repository.mkdir()
        shutil.copy(STORY, self.repository / "backup.sh")
        stub = place / "stub" / "cargo"
        stub.parent.mkdir()
        stub.write_text(CARGO)
        stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
        self.summary = place / "summary.md"
        self.environment = {
            "HOME": str(place),
            "PATH": f"{stub.parent}:{place}/installed/bin:/usr/bin:/bin",
            "STUB_PROGRAM": str(program),
            "STUB_ROOT": f"{place}/installed",
            "LINT_SCRIPTS_REPOSITORY": "https://git.example.org/lint-scripts.git",
        }

    def run(self, script, **more):
        """As a server runs it: a step that fails ends the job."""
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        return subprocess.run(
            words, cwd=self.repository, env=self.environment | more, capture_output=True, text=True, timeout=60
        )

    def job(self, steps, **more):
        """Runs the steps, of which the last one finds something; gives what that one printed."""
        *before, last = steps
        for step in before:
            run = self.run(step, **more)
            expect(run.returncode == 0, step, run)
        run = self.run(last, **more)
        expect(run.returncode == 1, last, run)
        return run.stdout


def expect(holds, what, run=None):
    if not holds:
        said = f"\nstatus {run.returncode}\n{run.stdout}\n{run.stderr}" if run else ""
        sys.exit(f"not as described: {what}{said}")


def read(path):
    return YAML(typ="safe").load(path.read_text())


def sarif(text):
    results = json.loads(text)["runs"][0]["results"]
    expect("unconditional-success" in {result["ruleId"] for result in results}, "the story is in the SARIF file")


def rules_in_xml(path):
    text = path.read_text()
    xml.etree.ElementTree.fromstring(text)
    expect("unconditional-success" in text, f"the story is in {path.name}")


def schemas(place):
    component = place / "component.yml"
    component.write_text(component_job({"stage": "test", "repository": "x", "paths": "."}))
    files = {
        "vendor.github-actions": [ROOT / "action.yml"],
        "vendor.github-workflows": [*CI.glob("github-*.yml"), *(ROOT / ".github" / "workflows").glob("*.yml")],
        "vendor.gitlab-ci": [CI / "gitlab-ci.yml", component],
        "vendor.circle-ci": [CI / "circleci.yml"],
        "vendor.azure-pipelines": [CI / "azure-pipelines.yml"],
        "vendor.buildkite": [CI / "buildkite.yml"],
    }
    for schema, paths in files.items():
        # The schema of Azure has patterns that only this reading of them takes.
        words = ["check-jsonschema", "--quiet", "--regex-variant", "nonunicode", "--builtin-schema", schema]
        subprocess.run([*words, *paths], check=True)
        print(f"{schema}: {len(paths)} valid")


def filled(value, inputs, path):
    """An expression of GitHub with what it stands for here."""
    value = value.replace("${{ github.action_path }}", str(path))
    return re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found.group(1)], value)


def run_action(scratch, given):
    """The composite action, step by step; gives the last step's run."""
    definition = read(ROOT / "action.yml")
    expect(set(given) <= set(definition["inputs"]), f"the action has the inputs {set(given)}")
    inputs = {name: given.get(name, value.get("default", "")) for name, value in definition["inputs"].items()}
    around = {"RUNNER_TEMP": str(scratch.place / "runner"), "GITHUB_ACTIONS": "true"}
    around["GITHUB_STEP_SUMMARY"] = str(scratch.summary)
    for step in definition["runs"]["steps"]:
        expect("${{" not in step["run"], "no expression is pasted into a script")
        environment = {name: filled(value, inputs, ROOT) for name, value in step["env"].items()}
        run = scratch.run(step["run"], **around, **environment)
        if run.returncode != 0:
            break
    return run


def annotated(run):
    expect(run.returncode == 1, "something is found", run)
    expect(re.search(r"^::error .*file=backup\.sh,.*line=8", run.stdout, re.MULTILINE), "line 8 is annotated", run)


def action(scratch):
    annotated(run_action(scratch, {"sarif": "lint-scripts.sarif"}))
    sarif((scratch.repository / "lint-scripts.sarif").read_text())
    expect("unconditional-success" in scratch.summary.read_text(), "the job has a summary")
    (scratch.repository / "clean.sh").write_text(CLEAN)
    one = run_action(scratch, {"paths": "clean.sh\n", "options": "--fail-on\ninfo\n"})
    expect(one.returncode == 0, "only what is named is checked", one)
    accepted = run_action(scratch, {"options": "--exit-zero"})
    expect(accepted.returncode == 0 and "::error" in accepted.stdout, "options reach the program", accepted)


def walk(scratch):
    """The README's way from nothing to annotations, literally, up to what GitHub does."""
    text = (ROOT / "README.md").read_text()
    snippets = re.findall(r"<!-- walk: github -->\n```sh\n(.*?)```", text, re.DOTALL)
    expect(1 <= len(snippets) <= 2, "the walk has one snippet or two")
    scratch.run("git init -q && git config user.name x && git config user.email x@example.org && git add . && git commit -qm x")
    for snippet in snippets:
        run = scratch.run(snippet, PATH=f"{scratch.environment['PATH']}:{Path(scratch.environment['STUB_PROGRAM']).parent}")
        expect(run.returncode == 0, snippet, run)
    written = scratch.repository / ".github" / "workflows" / "lint-scripts.yml"
    subprocess.run(["check-jsonschema", "--quiet", "--builtin-schema", "vendor.github-workflows", written], check=True)
    workflow = read(written)
    expect("pull_request" in workflow[True if True in workflow else "on"], "it runs for pull requests")
    (job,) = workflow["jobs"].values()
    *_, step = job["steps"]
    expect(re.fullmatch(r"[\w-]+/lint-scripts@\w+", step["uses"]), "the last step is the action")
    annotated(run_action(scratch, step.get("with", {})))


def component_job(inputs):
    """The job of the GitLab component, its inputs filled in."""
    header, _, body = (CI / "gitlab-component.yml").read_text().partition("\n---\n")
    declared = YAML(typ="safe").load(header)["spec"]["inputs"]
    expect(set(declared) == set(inputs), "the component has these inputs")
    return re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: inputs[found.group(1)], body)


def gitlab(scratch):
    (include,) = read(CI / "gitlab-ci.yml")["include"]
    inputs = {"stage": "test", "paths": ".", **include["inputs"]}
    job = YAML(typ="safe").load(component_job(inputs))["lint-scripts"]
    scratch.job(job["script"], **job["variables"], GITLAB_CI="true")
    report = json.loads((scratch.repository / job["artifacts"]["reports"]["codequality"]).read_text())
    expect(any(issue["check_name"] == "unconditional-success" for issue in report), "the story is in the report")


def circleci(scratch):
    job = read(CI / "circleci.yml")["jobs"]["lint-scripts"]
    steps = [step["run"]["command"] for step in job["steps"] if "run" in step]
    scratch.job(steps, **job["environment"], CI="true")
    rules_in_xml(scratch.repository / "reports" / "lint-scripts" / "results.xml")


def azure(scratch):
    pipeline = read(CI / "azure-pipelines.yml")
    steps = [step["bash"] for step in pipeline["steps"] if "bash" in step]
    said = scratch.job(steps, **pipeline["variables"], TF_BUILD="True")
    expect(re.search(r"^##vso\[task\.logissue type=error;.*sourcepath=backup\.sh", said, re.MULTILINE), "issues are logged")
    (published,) = (step for step in pipeline["steps"] if "task" in step)
    rules_in_xml(scratch.repository / published["inputs"]["testResultsFiles"])


def buildkite(scratch):
    pipeline = read(CI / "buildkite.yml")
    (step,) = pipeline["steps"]
    # Buildkite makes one dollar of two when the pipeline is uploaded.
    scratch.job([command.replace("$$", "$") for command in step["commands"]], **pipeline["env"], BUILDKITE="true")
    rules_in_xml(scratch.repository / step["artifact_paths"][0])


def jenkins(scratch):
    text = (CI / "Jenkinsfile").read_text()
    steps = re.findall(r"^\s*sh '([^']*)'$", text, re.MULTILINE)
    expect(len(steps) == 2 and text.count("{") == text.count("}"), "the Jenkinsfile has two steps")
    scratch.job(steps)
    rules_in_xml(scratch.repository / re.search(r"pattern: '([^']*)'", text).group(1))


def trunk(scratch):
    (linter,) = read(ROOT / "packaging" / "trunk" / "plugin.yaml")["lint"]["definitions"]
    (command,) = linter["commands"]
    scratch.run("cargo install lint-scripts")
    run = scratch.run(command["run"].replace("${target}", "backup.sh"))
    expect(run.returncode in command["success_codes"], command["run"], run)
    sarif(run.stdout)


def megalinter(scratch):
    (linter,) = read(ROOT / "packaging" / "megalinter" / "lint-scripts.megalinter-descriptor.yml")["linters"]
    scratch.run("cargo install lint-scripts")
    base = " ".join([linter["linter_name"], *linter["cli_lint_extra_args"]])
    run = scratch.run(f"{base} backup.sh")
    expect(run.returncode == 1, base, run)
    expect(len(re.findall(linter["cli_lint_errors_regex"], run.stdout)) == 4, "four findings are counted", run)
    words = " ".join(linter["cli_sarif_args"]).replace("{{SARIF_OUTPUT_FILE}}", "out.sarif")
    run = scratch.run(f"{base} {words} backup.sh")
    expect(run.returncode == 1, words, run)
    sarif((scratch.repository / "out.sarif").read_text())


def docker(scratch):
    """What the Dockerfile copies is enough for cargo to know the package."""
    text = (ROOT / "packaging" / "docker" / "Dockerfile").read_text()
    source = scratch.place / "src"
    source.mkdir()
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE):
        *names, target = line.split()
        for name in names:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, source / (name if target == "./" else target))
    words = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"]
    found = json.loads(subprocess.run(words, cwd=source, env=os.environ, check=True, capture_output=True).stdout)
    kinds = [kind for target in found["packages"][0]["targets"] for kind in target["kind"]]
    expect("bin" in kinds and "lib" in kinds, "cargo finds the program")


main(Path(sys.argv[1]).resolve())
