"""SAML responses checked by one core, beside what OpenSSL and node-saml do with the same ones in the same run; what it
costs to refuse others."""
import json
import pathlib
import subprocess
import tempfile

import machine

BENCH = pathlib.Path(__file__).resolve().parent
NODE_SAML = BENCH / "node-saml"


def printed(command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr}")
    return done.stdout


def measured(program, seconds):
    """`program`: doorward_response_rate."""
    print("\nSAML responses", flush=True)
    lock, installed = NODE_SAML / "package-lock.json", NODE_SAML / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        printed(["npm", "ci", "--no-audit", "--no-fund"], cwd=NODE_SAML)
    with tempfile.TemporaryDirectory(prefix="doorward-bench-") as folder:
        printed(["node", NODE_SAML / "make.mjs", folder])
        made = json.loads((pathlib.Path(folder) / "responses.json").read_text())
        own = json.loads(printed([program, f"{folder}/responses.json", seconds]))
        other = json.loads(printed(["node", NODE_SAML / "rate.mjs", folder, seconds]))
    return {"openssl": machine.rsa2048_a_second(),
            "figures": [{"response": one["name"], "bytes": one["bytes"], "rate": own["rates"][one["name"]],
                         "node_saml_rate": other[one["name"]]} for one in made["responses"]],
            "refusals": [{"message": one["name"], "bytes": one["bytes"], "reason": one["reason"],
                          "cpu_us": own["refusal_us"][one["name"]]} for one in made["refusals"]]}
