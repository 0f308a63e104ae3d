"""Keeps jsonschema from what makes its import slow; imported before everything that imports it.

Where rfc3987-syntax is installed, jsonschema has it build a grammar of IRIs, which takes seconds, for a
format that nothing here checks. None among the modules means that one is not to be imported
(docs.python.org/3/reference/import.html).
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None is what the import system asks for
