"""A knowledge graph of government performance targets (财政项目支出绩效目标)."""

__version__ = "0.1.0"

__all__ = ["__version__"]
