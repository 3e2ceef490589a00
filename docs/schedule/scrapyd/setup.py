"""The egg that Scrapyd runs: the package with all its files, and the settings that unpack it."""

from setuptools import find_namespace_packages, setup

FOLDER = "../../../newscrawl"

setup(
    name="newscrawl",
    version="0.1.0",
    py_modules=["newscrawl_deployed"],
    # as namespaces, for folders of templates and news are packages to nobody else
    packages=[
        "newscrawl",
        *(f"newscrawl.{name}" for name in find_namespace_packages(FOLDER, exclude=["*__pycache__*"])),
    ],
    package_dir={"newscrawl": FOLDER},
    package_data={"": ["*"]},
    entry_points={"scrapy": ["settings = newscrawl_deployed"]},
    zip_safe=False,
)
