"""What /proc says: the machine, and what a process used of it."""
import os
import pathlib
import platform
import subprocess
import tempfile

TICKS = os.sysconf("SC_CLK_TCK")


def describe():
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    memory = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal")))
    filesystem = subprocess.run(["stat", "-f", "-c", "%T", tempfile.gettempdir()], capture_output=True, text=True).stdout
    return {"cpu": cpu, "cores": len(os.sched_getaffinity(0)), "memory_mib": memory // 1024, "kernel": platform.release(),
            "filesystem": filesystem.strip(), "rsa2048_sign_us": rsa_sign_us()}


def rsa2048_a_second():
    """Signatures and verifications of one core."""
    speed = subprocess.run(["openssl", "speed", "-mr", "-seconds", "1", "rsa2048"], capture_output=True, text=True, check=True)
    line = next(line for line in speed.stdout.splitlines() if line.startswith("+F2:"))
    sign, verify = line.split(":")[3:5]
    return {"sign": float(sign), "verify": float(verify)}


def rsa_sign_us():
    """CPU of one RSA-2048 signature: the floor under a token."""
    return 1e6 / rsa2048_a_second()["sign"]


def stat(pid):
    """The fields of /proc/PID/stat after the name, which may hold spaces: [0] is field 3 of proc(5)."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def cpu_seconds(pid):
    fields = stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS


def cpu_seconds_with_children(pid):
    """A process, its living children, and those that it has already waited for."""
    fields = stat(pid)
    ticks = sum(int(f) for f in fields[11:15])
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and (child := stat(entry.name)) and int(child[1]) == pid:
            ticks += int(child[11]) + int(child[12])
    return ticks / TICKS


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} has no memory")
