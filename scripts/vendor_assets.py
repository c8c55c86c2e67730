"""Brings the console's browser libraries into the package, with a manifest of versions, licences and digests.

Runs `npm pack` for each pinned package and copies the listed files unchanged. Needed only to change a version: what it
writes is part of the repository, and neither installing nor running Stockmesh needs Node.
"""

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

VENDOR: Final = Path(__file__).parents[1] / "src" / "stockmesh" / "service" / "console" / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """An npm package at one version, and the files of it that a browser is sent."""

    name: str
    version: str
    licence: str
    files: tuple[str, ...]


PACKAGES: Final = (
    Package("htmx.org", "4.0.1", "LICENSE", ("dist/htmx.min.js",)),
    Package("ag-grid-community", "36.2.0", "LICENSE.txt", ("dist/ag-grid-community.min.noStyle.js",)),
    Package(
        "maplibre-gl",
        "6.17.0",
        "LICENSE.txt",
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css"),
    ),
    Package("topojson-client", "3.1.0", "LICENSE", ("dist/topojson-client.min.js",)),
    Package("world-atlas", "2.0.2", "LICENSE", ("countries-50m.json",)),
)


def unpack(package: Package, folder: Path) -> Path:
    """The folder with the package's files as npm publishes them."""
    archive = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with tarfile.open(folder / archive) as bundle:
        bundle.extractall(folder / package.name, filter="data")
    return folder / package.name / "package"


def bring(package: Package, source: Path) -> list[dict[str, str]]:
    """Copies a package's files; answers their lines of the manifest."""
    described = json.loads((source / "package.json").read_text(encoding="utf-8"))
    target = VENDOR / package.name
    target.mkdir(parents=True)
    lines = []
    for file in (*package.files, package.licence):
        content = (source / file).read_bytes()
        name = PurePosixPath(file).name
        (target / name).write_bytes(content)
        lines.append(
            {
                "package": package.name,
                "version": package.version,
                "file": f"{package.name}/{name}",
                "sha256": hashlib.sha256(content).hexdigest(),
                "licence": described["license"],
            }
        )
    return lines


def main() -> None:
    """Replaces the vendored files and their manifest."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    manifest: list[dict[str, str]] = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            manifest += bring(package, unpack(package, Path(folder)))
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    for line in manifest:
        print(line["file"], line["version"], (VENDOR / line["file"]).stat().st_size)


if __name__ == "__main__":
    main()
