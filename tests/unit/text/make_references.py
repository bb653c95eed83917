#!/usr/bin/env python3
"""Makes data/ with Hugging Face's `tokenizers` (pip install tokenizers xxhash): small tokenizers, and the ids that it gives.

    RAYON_NUM_THREADS=1 python3 make_references.py DATA_FOLDER

data/<name>.json         the tokenizers; llama.json is that of stories260K (MIT), the others are trained here on Dickens and
                         Tang poems
data/lines.json          {"<name>": [[text, [ids], "text decoded"], ...]}
data/corpora.json        {"<name>": {"<file>": XXH3 of the ids, as little-endian uint32, of the first 10,000 lines, without
                         those that are not UTF-8}}
"""
import json
import pathlib
import random
import struct
import subprocess
import sys

import xxhash
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent / "data"
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
FILES = ["dickens.txt", "enwiki_xml_6MB.xml", "python311_stdlib.py.txt", "tinyshakespeare.txt", "wikitext2_valid.txt",
         "zh_tang_poetry.txt"]


def text_of(folder, name):
    return subprocess.run(["zstd", "-dcq", str(folder / "text" / (name + ".zst"))], capture_output=True, check=True).stdout


def lines_of(text):
    """The first 10,000 lines but for those that are not UTF-8 (a few of dickens.txt)."""
    lines = []
    for line in text.split(b"\n")[:10000]:
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            pass
    return lines


def train(text, pre_tokenizer, vocabulary, alphabet=()):
    tokenizer = Tokenizer(models.BPE(unk_token=None if alphabet else "<unk>", fuse_unk=not alphabet))
    tokenizer.pre_tokenizer = pre_tokenizer
    specials = ["<|endoftext|>"] if alphabet else ["<unk>", "<s>", "</s>"]
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=specials, initial_alphabet=list(alphabet),
                                  limit_alphabet=400, show_progress=False)
    tokenizer.train_from_iterator(text, trainer)
    return tokenizer


def save(name, tokenizer, edit=lambda document: None):
    document = json.loads(tokenizer.to_str())
    edit(document)
    (HERE / (name + ".json")).write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def merges_as_strings(document):
    document["model"]["merges"] = [" ".join(merge) for merge in document["model"]["merges"]]


def ignore_merges(document):
    document["model"]["ignore_merges"] = True


def make_tokenizers(folder):
    sample = lines_of(text_of(folder, "dickens.txt")) + lines_of(text_of(folder, "zh_tang_poetry.txt"))[:1000]
    alphabet = pre_tokenizers.ByteLevel.alphabet()

    gpt2 = train(sample, pre_tokenizers.ByteLevel(add_prefix_space=False), 1200, alphabet)
    gpt2.decoder = decoders.ByteLevel()
    gpt2.post_processor = processors.ByteLevel(trim_offsets=False)
    save("gpt2", gpt2, merges_as_strings)

    prefixed = train(sample, pre_tokenizers.ByteLevel(add_prefix_space=True), 600, alphabet)
    prefixed.decoder = decoders.ByteLevel()
    prefixed.add_tokens([AddedToken("<mask>", lstrip=True, special=True), AddedToken("[right]", rstrip=True, normalized=False),
                         AddedToken("whole", single_word=True), AddedToken("wholesale", normalized=False), AddedToken("two words")])
    save("prefixed", prefixed)

    llama3 = train(sample, pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3), "isolated", False),
                                                    pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]), 1000, alphabet)
    llama3.decoder = decoders.ByteLevel()
    llama3.add_special_tokens(["<|begin_of_text|>", "<|end_of_text|>"])
    begin = llama3.token_to_id("<|begin_of_text|>")
    llama3.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), processors.TemplateProcessing(
        single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", begin)])])
    save("llama3", llama3, ignore_merges)

    qwen = Tokenizer.from_str(llama3.to_str())
    qwen.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(LLAMA3.replace("{1,3}", "")), "removed", True),
                                                  pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    save("qwen", qwen)

    for scheme, split in (("first", False), ("always", True), ("never", True)):
        meta = train(sample, pre_tokenizers.Metaspace(prepend_scheme=scheme, split=True), 700)
        meta.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split)
        meta.decoder = decoders.Metaspace(prepend_scheme=scheme)
        meta.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)])
        save("metaspace_" + scheme, meta)

    llama = Tokenizer.from_file(str(folder / "hf" / "stories260K" / "tokenizer.json"))
    (HERE / "llama.json").write_bytes((folder / "hf" / "stories260K" / "tokenizer.json").read_bytes())
    llama.add_tokens([AddedToken("</tag>", normalized=True), AddedToken("<left>", lstrip=True, normalized=False)])
    save("llama_added", llama)


def crafted_lines():
    lines = ["", " ", "  ", "\n", "a", " a", "a ", "  a  b   c", "Hello, world!", "it's I'M we'LL they'Ve 'S 't's'", "x'\u017fy '\u017f",
             "1234567 12 3", "a1b22c333d4444", "\t\tif x:\n\n\n    return\r\n\r\n", "\u3000\u00a0\u2003x\u2028y\u0085z", "a\n \n  \nb",
             "\u2581a\u2581 b", "!!!\n\n?", "...a", "\u00e9\u0301e\u0301", "\u4f60\u597d\uff0c\u4e16\u754c\u3002", "\U0001f600\U0001f469\u200d\U0001f680",
             "\u0661\u0662\u0663\u00b2\u00bd\u2167", "<s>a</s>", "a<s> b", "<unk>", "x<|endoftext|> y", "<|begin_of_text|>x<|end_of_text|>",
             "a  <mask>  b", "a <mask><mask> b", "[right]   b", "a [right]\n c", "whole", "a whole b", "wholes", "_whole", "wholesale", "a whole",
             "two words", "two  words", "intwo wordsin", "a</tag>b", " </tag>", "</tag>", "a   <left>b", "<left><left>", "\u24b6whole", "\x00\x01\x7f",
             "a" * 300, " " * 100 + "x", "ab" * 500, "\u4e00" * 70, "the the the", "\r\r\n", "don't stop'", "a\u200bb", "\ufeffx", "\U000e0001", "<0x41>", "<<s>>"]
    chooser = random.Random(20261124)
    pieces = ["a", "the", " ", "  ", "\n", "\r\n", "\t", "'s", "'LL", "7", "1999", ".", "!?", "\u00e9", "\u4e2d", "\u0301", "\U0001f600", "\u00a0",
              "<s>", "<mask>", "whole", "[right]", "<|endoftext|>", "\u2167", "_", "-", "\u3000", "\u00b2", "</tag>", "<left>", "two words"]
    return lines + ["".join(chooser.choice(pieces) for _ in range(chooser.randint(2, 14))) for _ in range(240)]


def main():
    folder = pathlib.Path(sys.argv[1])
    HERE.mkdir(exist_ok=True)
    make_tokenizers(folder)
    explicit, hashes = {}, {}
    names = sorted(path.stem for path in HERE.glob("*.json") if path.stem not in ("lines", "corpora"))
    for name in names:
        tokenizer = Tokenizer.from_file(str(HERE / (name + ".json")))
        explicit[name] = []
        for line in crafted_lines():
            ids = tokenizer.encode(line, add_special_tokens=True).ids
            explicit[name].append([line, ids, tokenizer.decode(ids, skip_special_tokens=True)])
        hashes[name] = {}
        for file in FILES:
            state = xxhash.xxh3_64()
            for encoding in tokenizer.encode_batch(lines_of(text_of(folder, file)), add_special_tokens=False):
                state.update(struct.pack(f"<{len(encoding.ids)}I", *encoding.ids))
            hashes[name][file] = state.hexdigest()
    (HERE / "lines.json").write_text(json.dumps(explicit, separators=(",", ":")))
    (HERE / "corpora.json").write_text(json.dumps(hashes, indent=1) + "\n")


if __name__ == "__main__":
    main()
