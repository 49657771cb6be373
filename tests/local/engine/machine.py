"""A machine with nothing but what a test puts on it: its own PATH, cache and network."""

import os
from dataclasses import dataclass
from pathlib import Path

from local.engine import found

# A port that no one listens at: refused at once, as on a machine without a network.
NOBODY = "http://127.0.0.1:1/"


@dataclass(frozen=True)
class Machine:
    """A machine below `root`; `bin` is its whole PATH."""

    root: Path

    @property
    def bin(self) -> Path:
        """Return the only folder on PATH."""
        return self.root / "bin"

    @property
    def cache(self) -> Path:
        """Return the folder of the engines."""
        return self.root / "cache" / "triflow-ai" / "engine"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a process on this machine."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GO")}
        return {**kept, "PATH": str(self.bin), "XDG_CACHE_HOME": str(self.root / "cache")}

    def program(self, name: str, *lines: str) -> Path:
        """Put a shell script on PATH."""
        return script(self.bin / name, *lines)

    def pulumi(self, version: str = "v3.259.0", *, language_host: bool = True) -> Path:
        """Put a command line of this version on PATH."""
        if language_host:
            self.program(found.LANGUAGE_HOST, "exit 0")
        return self.program("pulumi", f"echo {version}")

    def go(self, build: str = "", version: str = "go1.26.0", download: str = "") -> None:
        """Put a compiler on PATH that does `download` and `build`, then makes what it was asked."""
        module = self.root / "module"
        for name in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
            script(module / "python" / name, "exit 0")
        self.program(
            "go",
            f'case "$*" in "env GOVERSION") echo {version}; exit;;',
            f'env*) echo {self.root}/modules; echo {self.root}/objects; exit;; "list -m"*)',
            f"echo {module}; exit;; list*) {download}",
            "echo one/package; echo another/package; exit;; esac",
            f"echo built >> {self.root}/builds",
            "echo one/package; echo another/package",
            build,
            'for word; do case "$word" in *.partial/) out="$word"; esac; done',
            'printf "#!/bin/sh\\necho v3.259.0\\n" > "$out/pulumi"',
            'cp "$out/pulumi" "$out/pulumi-language-python"; chmod +x "$out"/*',
        )

    def builds(self) -> int:
        """Return how often the compiler was asked to build."""
        log = self.root / "builds"
        return len(log.read_text().splitlines()) if log.exists() else 0


def script(path: Path, *lines: str) -> Path:
    """Write an executable shell script, which finds the usual commands where PATH does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", "PATH=/usr/bin:/bin", *lines, "")))
    path.chmod(0o755)
    return path
