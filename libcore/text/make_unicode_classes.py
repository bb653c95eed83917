#!/usr/bin/env python3
"""Writes unicode_table.cpp: which code points are letters, numbers, white space and word characters.

    python3 make_unicode_classes.py > unicode_table.cpp

The classes come from the package unicodedata2 where it is installed, else from Python's own unicodedata; the version of
Unicode stands in the output. White_Space and the circled letters (Other_Alphabetic outside of marks) are short fixed lists of
PropList.txt, which no Python module holds.
"""
import sys

try:
    import unicodedata2 as unicodedata
except ImportError:
    import unicodedata

LETTER, NUMBER, SPACE, WORD = 1, 2, 4, 8
WHITE_SPACE = {*range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}
CIRCLED = {*range(0x24B6, 0x24EA), *range(0x1F130, 0x1F14A), *range(0x1F150, 0x1F16A), *range(0x1F170, 0x1F18A)}
JOIN_CONTROL = {0x200C, 0x200D}


def bits_of(code):
    category = unicodedata.category(chr(code))
    word = category[0] in "LM" or category in ("Nd", "Nl", "Pc") or code in CIRCLED or code in JOIN_CONTROL
    return (LETTER * (category[0] == "L") | NUMBER * (category[0] == "N") | SPACE * (code in WHITE_SPACE) | WORD * word)


def ranges():
    first, bits = 0, bits_of(0)
    for code in range(1, 0x110001):
        now = bits_of(code) if code < 0x110000 else -1
        if now != bits:
            if bits:
                yield first, code - 1, bits
            first, bits = code, now


def main():
    rows = [f"{{0x{first:X}, 0x{last:X}, {bits}}}" for first, last, bits in ranges()]
    out = sys.stdout
    out.write(f"// Written by make_unicode_classes.py: Unicode {unicodedata.unidata_version}. Bits: 1 letter (L), 2 number (N), "
              "4 White_Space,\n// 8 word character (Alphabetic, M, Nd, Pc, Join_Control).\n")
    out.write('#include "libcore/text/unicode_classes.h"\n\nnamespace daybreak::text {\nnamespace {\n\n')
    out.write("constexpr ClassRange kRanges[] = {\n")
    for start in range(0, len(rows), 6):
        out.write("    " + ", ".join(rows[start:start + 6]) + ",\n")
    out.write("};\n\n}  // namespace\n\nstd::span<const ClassRange> class_ranges() { return kRanges; }\n\n")
    out.write(f'std::string_view unicode_version() {{ return "{unicodedata.unidata_version}"; }}\n\n')
    out.write("}  // namespace daybreak::text\n")


if __name__ == "__main__":
    main()
