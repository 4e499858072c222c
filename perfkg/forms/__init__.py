"""The Form and how it is recognised in a grid."""
