"""PNG and JPEG files of known pixels, written from their specifications: python3 make_images.py FOLDER."""
import os, struct, sys, zlib

def png(width, height, color, depth, rows, extra=b"", cut=None, claim=None):
    def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    w, h = claim or (width, height)
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, 0)) + extra
    out += chunk(b"IDAT", zlib.compress(b"".join(b"\0" + bytes(row) for row in rows))) + chunk(b"IEND", b"")
    return out[:cut]

def palette(colors):
    data = bytes(sum(colors, []))
    return struct.pack(">I", len(data)) + b"PLTE" + data + struct.pack(">I", zlib.crc32(b"PLTE" + data))

def jpeg(blocks, components=1, claim=None):
    """blocks[row][column]: the value of a block of 8 x 8 equal pixels, 64 to 191; chroma is neutral. The quantizer of the
    constant term is 8, so that every value is exact."""
    def segment(mark, data): return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data
    h, w = claim or (8 * len(blocks), 8 * len(blocks[0]))
    out = b"\xff\xd8" + segment(0xDB, b"\0" + bytes([8] * 64))
    out += segment(0xC0, struct.pack(">BHHB", 8, h, w, components) + b"".join(bytes([i + 1, 0x11, 0]) for i in range(components)))
    # Constant terms: categories 0 to 7 have codes of 4 bits each, 0000 to 0111. The others: only "end of block", one bit.
    out += segment(0xC4, b"\x00" + bytes([0, 0, 0, 8] + [0] * 12) + bytes(range(8)))
    out += segment(0xC4, b"\x10" + bytes([1] + [0] * 15) + b"\x00")
    out += segment(0xDA, bytes([components]) + b"".join(bytes([i + 1, 0]) for i in range(components)) + b"\0\x3f\0")
    bits, last = "", 0
    for row in blocks:
        for value in row:
            step, last = value - 128 - last, value - 128
            size = abs(step).bit_length()
            bits += format(size, "04b") + (format(step if step > 0 else step + (1 << size) - 1, f"0{size}b") if size else "") + "0"
            bits += "00000" * (components - 1)
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    return out + data + b"\xff\xd9"

def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "wb").write(data)

if __name__ == "__main__":
    out = sys.argv[1]
    gray = [[10 * r + c for c in range(8)] for r in range(8)]
    write(out, "gray/a/1.png", png(8, 8, 0, 8, gray))
    write(out, "gray/b/2.png", png(8, 8, 0, 1, [[0b10110001]] * 8))
    write(out, "gray/b/3.jpg", jpeg([[77]]))
    rgb = [[(r, 2 * c, 255 - r)[k] for c in range(16) for k in range(3)] for r in range(8)]
    write(out, "rgb/a/1.png", png(16, 8, 2, 8, rgb))
    write(out, "rgb/a/2.png", png(16, 8, 3, 8, [[c % 2 for c in range(16)]] * 8, palette([[1, 2, 3], [250, 251, 252]])))
    write(out, "rgb/b/3.jpg", jpeg([[70, 180]], 3))
    write(out, "bad/sixteen.png", png(8, 8, 0, 16, [[0] * 16] * 8))
    write(out, "bad/cut.png", png(8, 8, 0, 8, gray, cut=60))
    write(out, "bad/cut.jpg", jpeg([[77] * 40] * 40)[:-300])
    write(out, "bad/bomb.png", png(8, 8, 2, 8, gray, claim=(60000, 60000)))
    write(out, "bad/bomb.jpg", jpeg([[77]], claim=(65000, 65000)))
    write(out, "bad/zero.jpg", jpeg([[77]], claim=(0, 8)))
    write(out, "bad/text.png", b"this is no image")
    broken = bytearray(png(8, 8, 0, 8, gray)); broken[45] ^= 0xFF
    write(out, "bad/broken.png", bytes(broken))
