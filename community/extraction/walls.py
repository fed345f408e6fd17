"""The walls around the process that reads other people's files.

The process builds them itself, once its own code is loaded and before it looks at the first byte of a file: what is
hostile comes only after that. Limits and a user without rights are required, and without them nothing is read. What
depends on the system (a network of its own, a filter on system calls) is built where it can be, and reported.
"""

import ctypes
import os
import platform
import resource
import signal
from dataclasses import dataclass

NOBODY = 65534
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 1, 38, 22, 2
CLONE_NEWUSER, CLONE_NEWIPC, CLONE_NEWNET = 0x10000000, 0x08000000, 0x40000000

# Classic BPF (linux/filter.h, linux/seccomp.h): load a word, compare and jump, return.
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4
ALLOW, REFUSE_WITH_EPERM, KILL = 0x7FFF0000, 0x00050001, 0x80000000
X86_64 = 0xC000003E
# What a program needs that reads its input, computes and writes its output: the numbers of x86-64. It can open no
# file, start no process, make no socket and send no signal; such a call fails as if it were not permitted.
SYSTEM_CALLS = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "mmap": 9, "mprotect": 10,
    "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17,
    "select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60, "uname": 63,
    "getcwd": 79, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "gettid": 186, "futex": 202,
    "sched_getaffinity": 204, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
    "clock_nanosleep": 230, "exit_group": 231, "newfstatat": 262, "set_robust_list": 273, "getrandom": 318,
    "membarrier": 324, "statx": 332, "rseq": 334,
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What the process may use: bytes of address space, seconds of processor and of the clock, bytes of output."""

    memory: int = 512 * 1024 * 1024
    processor: int = 20
    clock: float = 40.0
    output: int = 6_000_000


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction))]


def build(limits: Limits, parent: int) -> list[str]:
    """Build all walls and name those that stand. Raises OSError where a required one cannot be built.

    `parent` is the process that waits for the answer: when it goes, this one is killed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    walls = ["network"] if _leave_network(libc) else []
    _become_nobody()
    _limit(limits)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise ProcessLookupError("The process that asked is gone.")
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if _filter_calls(libc):
        walls.append("calls")
    return ["limits", *walls]


def _leave_network(libc: ctypes.CDLL) -> bool:
    """Move to a network without interfaces; without rights of its own a process may where user namespaces are on."""
    own = CLONE_NEWNET | CLONE_NEWIPC
    return not libc.unshare(own if os.geteuid() == 0 else own | CLONE_NEWUSER)


def _become_nobody() -> None:
    """Give up root: limits on processes do not hold for root, and its files are not to be read."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _limit(limits: Limits) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, 0),  # the answer goes through a pipe, which has no size
        (resource.RLIMIT_NOFILE, 8),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.processor, limits.processor + 1))


def _filter_calls(libc: ctypes.CDLL) -> bool:
    """Let the kernel refuse every system call that is not in the table. False where that cannot be had here."""
    if platform.machine() != "x86_64":
        return False
    numbers = sorted(SYSTEM_CALLS.values())
    program = [(LOAD, 0, 0, ARCHITECTURE_AT), (JUMP_IF_EQUAL, 1, 0, X86_64), (RETURN, 0, 0, KILL)]
    program.append((LOAD, 0, 0, NUMBER_AT))
    program += [(JUMP_IF_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    program += [(RETURN, 0, 0, REFUSE_WITH_EPERM), (RETURN, 0, 0, ALLOW)]
    instructions = (_Instruction * len(program))(*(_Instruction(*step) for step in program))
    filter_ = _Program(len(program), instructions)
    return not libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0)
