"""The programs that make PDF files: Chromium, pdfLaTeX and LibreOffice; each may be missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
LATEX = shutil.which("pdflatex") or ""
OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
HEADER = '<div style="font-size:8px;width:100%;text-align:center">Annals of Northern Water</div>'
FOOTER = (
    '<div style="font-size:8px;width:100%;text-align:center">Page <span class="pageNumber"></span> of '
    '<span class="totalPages"></span></div>'
)


def missing(tool: str, source: str = "") -> str:
    """Why ``tool`` cannot be used here, or has no font for the language of ``source``; empty where it can."""
    if tool == "chromium":
        if not CHROMIUM:
            return "Chromium is not installed"
        language = next(iter(re.findall(r'<html lang="(\w+)"', source)), "en")
        return "" if _has_font(language) else f"no font for {language} is installed"
    if tool == "reportlab":
        return "" if find_spec("reportlab") else "reportlab is not installed"
    if tool == "latex":
        return "" if LATEX else "LaTeX is not installed"
    if tool == "libreoffice":
        if not OFFICE:
            return "LibreOffice is not installed"
        writer = any(Path(OFFICE).resolve().parent.glob("*swlo.*"))
        return "" if writer else "LibreOffice is installed without Writer"
    return ""


@cache
def _has_font(language: str) -> bool:
    """Whether fontconfig knows a font that covers a language; true where there is no fontconfig to ask."""
    if not (asked := shutil.which("fc-list")):
        return True
    return bool(subprocess.run([asked, f":lang={language}"], capture_output=True, check=False).stdout)


def print_pages(pages: dict[str, str]) -> dict[str, bytes]:
    """HTML pages as Chromium prints them, with a running head and a page number."""
    from playwright.sync_api import sync_playwright

    files = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for name, html in pages.items():
            page.set_content(html)
            files[name] = page.pdf(
                prefer_css_page_size=True, display_header_footer=True, header_template=HEADER, footer_template=FOOTER
            )
        browser.close()
    return files


def typeset(source: str) -> bytes:
    """A LaTeX source as pdfLaTeX sets it, run twice for its numbers."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paper.tex").write_text(source, encoding="utf-8")
        for _ in range(2):
            done = subprocess.run(
                [LATEX, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
                cwd=folder, capture_output=True, timeout=120,
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(done.stdout.decode("utf-8", "replace")[-2000:])
        return (Path(folder) / "paper.pdf").read_bytes()


def exported(sources: dict[str, str]) -> dict[str, bytes]:
    """Flat OpenDocument texts as LibreOffice writes them to PDF; it is started once, with a profile of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"text{number}.fodt" for number, name in enumerate(sources)}
        for name, path in paths.items():
            path.write_text(sources[name], encoding="utf-8")
        command = [OFFICE, f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", folder, *map(str, paths.values())]
        subprocess.run(command, capture_output=True, timeout=300, check=True)
        return {name: path.with_suffix(".pdf").read_bytes() for name, path in paths.items()}
