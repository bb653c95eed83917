#!/usr/bin/python3
"""What compress-dataset writes reads in Debian's h5py, bit for bit: without any filter plugin (plain), with the
registered Blosc filter (h5py), with our own too (plugin).

    read_with_h5py.py BIN_DIR plain|h5py|plugin PLUGIN_DIR

Exits 77 where h5py or the filter is not installed.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)
BLOSC, OWN = 32001, 32845
READER, PLUGINS = sys.argv[2], sys.argv[3]
if READER == "plain":
    while h5py.h5pl.size() > 0:
        h5py.h5pl.remove(0)
    assert not h5py.h5z.filter_avail(BLOSC)
elif not h5py.h5z.filter_avail(BLOSC):
    print("skipped: HDF5 has no Blosc filter (Debian package hdf5-filter-plugin-blosc-serial)")
    sys.exit(77)


def tool(*words):
    return subprocess.run([os.path.join(sys.argv[1], "compress-dataset"), *map(str, words)], check=True, capture_output=True, text=True).stdout


def arrays():
    """Smooth, noisy, empty and scalar arrays of every type that NumPy and HDF5 share."""
    generator = np.random.default_rng(1)
    for kind in "bool u1 i1 <u2 <i2 >i2 <u4 <i4 <u8 <i8 <f2 <f4 >f4 <f8".split():
        values = generator.standard_normal((700, 41)) * 20
        yield kind, (values > 0 if kind == "bool" else np.abs(values) if "u" in kind else values).astype(kind)
    yield "long", np.cumsum(generator.standard_normal(1 << 19)).astype("<f4")
    yield "noise", generator.integers(0, 256, 1 << 21).astype("u1")
    yield "wide", generator.integers(0, 9, (2, 3 << 20)).astype("<u2")
    yield "empty", np.zeros((0, 4), "<f4")
    yield "scalar", np.array(5.0)
    yield "special", np.array([np.nan, -np.inf, np.inf, -0.0, 5e-324])


def check(name, array, folder):
    path = folder / f"{name.strip('<>')}.npy"
    np.save(path, array)
    out = path.with_suffix(".h5")
    record = json.loads(tool(path, "-o", out, "--effort", "normal", "--reader", READER))["arrays"][0]
    if READER == "plugin" and name in ("<i4", "long"):
        assert record["plugin_chunks"] > 0, record
        check_without_plugin(out)
    with h5py.File(out) as file:
        found = file["data"]
        wanted = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        assert found.shape == array.shape and found.dtype == wanted.dtype, (name, found)
        assert found[()].tobytes() == wanted.tobytes(), name
        if found.ndim and found.shape[0] > 3:
            assert found[2:4].tobytes() == wanted[2:4].tobytes(), name  # parts of chunks


def check_without_plugin(path):
    """Another process without our plugin is told so, rather than given wrong numbers."""
    program = "import h5py, sys; h5py.File(sys.argv[1])['data'][()]"
    environment = {key: value for key, value in os.environ.items() if key != "HDF5_PLUGIN_PATH"}
    failed = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, env=environment)
    assert failed.returncode != 0 and "daybreak" not in failed.stdout, failed
    assert "required filter 'daybreak' is not registered" in failed.stderr, failed.stderr


def check_writing(folder):
    """h5py writes through the plugin too, given its parameters: revision, element type (F32 is 13), extents of a chunk."""
    walk = np.cumsum(np.ones(3000, "<f4")).reshape(30, 100)
    with h5py.File(folder / "written.h5", "w") as file:
        file.create_dataset("x", data=walk, chunks=(10, 100), compression=OWN, compression_opts=(1, 13, 10, 100))
        assert file["x"].id.get_storage_size() < walk.nbytes / 10
    with h5py.File(folder / "written.h5") as file:
        assert file["x"][()].tobytes() == walk.tobytes()


def check_hdf5(folder):
    """An HDF5 file goes through and comes back with its values and attributes."""
    path = folder / "given.h5"
    with h5py.File(path, "w") as file:
        file["group/x"] = np.arange(12.0).reshape(3, 4)
        file["group/x"].attrs["unit"] = "m/s"
        file.attrs["version"] = np.int32(3)
        file["group"].attrs["scales"] = np.array([1.5, 2.5], "<f4")
    tool(path, "-o", folder / "packed.h5")
    tool("restore", folder / "packed.h5", "-o", folder / "back")
    with h5py.File(folder / "back" / "given.h5") as file:
        assert (file["group/x"][()] == np.arange(12.0).reshape(3, 4)).all()
        unit = file["group/x"].attrs["unit"]
        assert (unit.decode() if isinstance(unit, bytes) else unit) == "m/s", unit
        assert file.attrs["version"] == 3 and file["group"].attrs["scales"].tolist() == [1.5, 2.5]
        assert set(file.attrs) == {"version"}, list(file.attrs)


def check_npz(folder):
    path = folder / "several.npz"
    several = {"a": np.arange(5, dtype="<i4"), "b": np.linspace(0, 1, 100000).reshape(100, 1000), "c": np.array(True)}
    np.savez_compressed(path, **several)
    tool(path, "-o", folder / "npz.h5", "--effort", "fast")
    tool("restore", folder / "npz.h5", "-o", folder / "npz")
    with np.load(folder / "npz" / "several.npz") as back:
        assert set(back.files) == set(several)
        for name, array in several.items():
            assert back[name].dtype == array.dtype and back[name].shape == array.shape and back[name].tobytes() == array.tobytes(), name


def check_several(folder):
    """Several inputs stand in groups; booleans, bfloat16 and the record say what they are."""
    np.save(folder / "one.npy", np.arange(10))
    (folder / "two.txt").write_text("text of two\n" * 1000)
    record = json.loads(tool(folder / "one.npy", folder / "two.txt", "-o", folder / "several.h5", "--reader", READER))
    assert record["schema"] == "daybreak.dataset/1" and record["integrity"] == 1
    assert [array["name"] for array in record["arrays"]] == ["one/data", "two/text"], record
    with h5py.File(folder / "several.h5") as file:
        assert file["one/data"][3] == 3
        assert file["two/text"][:11].tobytes() == b"text of two"


if READER == "plugin":
    h5py.h5pl.append(PLUGINS.encode())
    assert h5py.h5z.filter_avail(OWN), "the plugin does not load"
with tempfile.TemporaryDirectory() as scratch:
    place = pathlib.Path(scratch)
    count = 0
    for given, values in arrays():
        check(given, values, place)
        count += 1
    check_hdf5(place)
    check_npz(place)
    check_several(place)
    if READER == "plugin":
        check_writing(place)
    print(count, "arrays read by h5py", h5py.__version__)
