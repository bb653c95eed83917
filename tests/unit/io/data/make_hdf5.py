#!/usr/bin/python3
"""Writes the small HDF5 files of hdf5_*_test.cpp into this folder (h5py 3.7, HDF5 1.10, hdf5-filter-plugin-blosc-serial).

The values are formulas that the tests repeat: element k (C order) of a ramp is k, or k % 251 where one byte holds it.
"""
import os

import h5py
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Blosc's parameters: four that the filter fills in, level 5, byte shuffle, then the codec's number.
BLOSC = {"compression": 32001, "compression_opts": (0, 0, 0, 0, 5, 1, 1)}


def ramp(shape, dtype):
    return np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)


def create(name, **options):
    return h5py.File(os.path.join(FOLDER, "hdf5_" + name + ".h5"), "w", **options)


def storages():
    with create("storages") as file:
        file.create_dataset("contiguous", data=ramp((5, 7), "<i4"))
        file.create_dataset("big_endian", data=ramp((5, 7), ">f8"))
        file.create_dataset("scalar", data=np.float32(2.5))
        file.create_dataset("no_rows", shape=(0, 3), dtype="<f4")
        file.create_dataset("never_written", shape=(4,), dtype="<i2", fillvalue=-7)
        file.create_dataset("group/deep/half", data=ramp((6,), "<f2"))
        file.create_dataset("truth", data=np.array([True, False, True]))
        kinds = ["u1", "i1", "<u2", "<i2", "<u4", "<i8", "<u8", ">u2", ">i8"]
        for kind in kinds:
            name = "kinds/" + kind.replace("<", "le_").replace(">", "be_")
            file.create_dataset(name, data=ramp((3,), kind))
        space = h5py.h5s.create_simple((3, 2))
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_layout(h5py.h5d.COMPACT)
        compact = h5py.h5d.create(file.id, b"compact", h5py.h5t.STD_U16BE, space, plan)
        compact.write(h5py.h5s.ALL, h5py.h5s.ALL, ramp((3, 2), "<u2"))


def chunks():
    with create("chunks") as file:
        data = ramp((11, 13), "<f4")
        file.create_dataset("plain", data=data, chunks=(4, 5))
        file.create_dataset("big_endian", data=data.astype(">f4"), chunks=(4, 5), compression="gzip")
        file.create_dataset("cube", data=ramp((5, 6, 7), "<u2"), chunks=(2, 3, 4), compression="gzip")
        file.create_dataset("grown", data=ramp((10,), "<i4"), chunks=(4,), maxshape=(None,), compression="gzip")


def filters():
    with create("filters") as file:
        data = ramp((11, 13), "<f4")
        file.create_dataset("gzip_shuffle", data=data, chunks=(4, 5), compression="gzip", shuffle=True)
        file.create_dataset("gzip_shuffle_fletcher", data=data, chunks=(4, 5), compression="gzip", shuffle=True,
                            fletcher32=True)
        file.create_dataset("blosc", data=data, chunks=(4, 5), **BLOSC)
        masked = file.create_dataset("masked", shape=(8,), dtype="<i4", chunks=(4,), compression="gzip", shuffle=True)
        masked[:] = np.arange(8)
        masked.id.write_direct_chunk((4,), np.arange(104, 108, dtype="<i4").tobytes(), filter_mask=3)


def sparse():
    with create("sparse") as file:
        some = file.create_dataset("some", shape=(12,), dtype=">i4", chunks=(4,), compression="gzip", fillvalue=-9)
        some[5:7] = [50, 60]
        huge = file.create_dataset("huge", shape=(1 << 40,), dtype="u1", chunks=(1 << 16,), compression="gzip",
                                   fillvalue=3)
        huge[(1 << 39):(1 << 39) + 4] = [10, 11, 12, 13]


def latest():
    """The newer index structures: single chunk, implicit, fixed array, extensible array, B-tree 2; dense attributes."""
    with create("latest", libver="latest") as file:
        file.create_dataset("single", data=ramp((9,), "<i4"), chunks=(9,), compression="gzip")
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((4,))
        plan.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        early = h5py.h5d.create(file.id, b"implicit", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((9,)), plan)
        early.write(h5py.h5s.ALL, h5py.h5s.ALL, ramp((9,), "<i4"))
        file.create_dataset("fixed", data=ramp((9,), "<i4"), chunks=(2,), compression="gzip")
        file.create_dataset("extensible", data=ramp((9,), "<i4"), chunks=(2,), maxshape=(None,), compression="gzip")
        file.create_dataset("btree2", data=ramp((5, 6), "<i4"), chunks=(2, 2), maxshape=(None, None),
                            compression="gzip")
        for k in range(12):
            file.attrs["a%02d" % k] = k


def attributes():
    with create("attributes") as file:
        file.attrs["title"] = "Größe"
        file.attrs["fixed"] = np.bytes_("six")
        file.attrs["names"] = ["a", "bcd", ""]
        file.attrs["nothing"] = h5py.Empty("<f4")
        group = file.create_group("group")
        group.attrs["big"] = np.array([1, 2, 3], ">i2")
        data = file.create_dataset("group/data", data=ramp((4,), "<f4"))
        data.attrs["matrix"] = ramp((2, 2), "<f8")
        data.attrs["flag"] = np.bool_(True)
        data.attrs["record"] = np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")])
        for name, dtype in [("bfloat16", "<u2"), ("float8_e4m3fn", "u1"), ("float8_e5m2", "u1")]:
            file.create_dataset(name, data=ramp((3,), dtype)).attrs["dtype"] = name


def links():
    with create("links") as file:
        file.create_dataset("real", data=ramp((3,), "<i4"))
        file["again"] = file["real"]
        group = file.create_group("group")
        group["cycle"] = file["/"]
        file["soft"] = h5py.SoftLink("/real")
        file["external"] = h5py.ExternalLink("/etc/passwd", "/data")


def netcdf():
    """What the NetCDF-4 library leaves: dimension scales, one of them without a variable."""
    with create("netcdf") as file:
        file.attrs["_NCProperties"] = np.bytes_("version=2,netcdf=4.9.0,hdf5=1.10.8")
        row = file.create_dataset("row", shape=(3,), dtype=">f4")
        row.make_scale("This is a netCDF dimension but not a netCDF variable.         3")
        row.attrs["_Netcdf4Dimid"] = np.int32(0)
        column = file.create_dataset("column", data=ramp((2,), "<f8"))
        column.make_scale("column")
        column.attrs["_Netcdf4Dimid"] = np.int32(1)
        wind = file.create_dataset("wind", data=ramp((3, 2), "<f4"), chunks=(3, 2), compression="gzip")
        wind.dims[0].attach_scale(row)
        wind.dims[1].attach_scale(column)
        wind.attrs["units"] = "m/s"


def refused():
    """Each holds something that must be refused by name."""
    with create("refused_virtual") as file:
        layout = h5py.VirtualLayout(shape=(4,), dtype="<i4")
        layout[:] = h5py.VirtualSource("/etc/passwd", "data", shape=(4,))
        file.create_virtual_dataset("virtual", layout)
    with create("refused_external") as file:
        file.create_dataset("outside", shape=(4,), dtype="u1", external=[("/etc/passwd", 0, 4)])
    with create("refused_text") as file:
        file.create_dataset("words", data=["a", "b"], dtype=h5py.string_dtype())
    with create("refused_record") as file:
        file.create_dataset("rows", data=np.zeros(2, dtype=[("a", "<i4"), ("b", "<f4")]))
    with create("refused_scaleoffset") as file:
        file.create_dataset("scaled", data=ramp((8,), "<i4"), chunks=(4,), scaleoffset=0)


def lzf():
    """h5py's own filter, beside shuffle and alone: literals, short and long repeats, repeats that overlap themselves."""
    with create("lzf") as file:
        file.create_dataset("shuffled", data=ramp((5000,), "<i4"), chunks=(3000,), compression="lzf", shuffle=True)
        words = np.frombuffer(b"".join(b"word %d of many words; " % (k % 41) for k in range(900)), "u1")
        file.create_dataset("text", data=words, chunks=(8192,), compression="lzf")
        file.create_dataset("zeros", data=np.zeros((4096,), "<f8"), chunks=(4096,), compression="lzf")
        file.create_dataset("summed", data=ramp((999,), ">i2"), chunks=(500,), compression="lzf", fletcher32=True)


def user_block():
    with create("user_block", userblock_size=512) as file:
        file.create_dataset("contiguous", data=ramp((5,), "<i4"))
        file.create_dataset("chunked", data=ramp((5,), "<i4"), chunks=(2,), compression="gzip")
        sparse = file.create_dataset("sparse", shape=(1000,), dtype="<i4", chunks=(2,), compression="gzip")
        sparse[998:1000] = [1, 2]


for make in [storages, chunks, filters, sparse, latest, attributes, links, netcdf, refused, lzf, user_block]:
    make()
