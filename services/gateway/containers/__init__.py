"""How files keep what they say: boxes, segments, extensions, data sets, character sets. Nothing decodes pictures."""
