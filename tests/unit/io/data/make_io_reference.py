"""Makes the reference files of the io tests with the programs that own the formats (NumPy 2.4, safetensors 0.8, netCDF4
1.7, ml_dtypes 0.6). Run in this folder: python3 make_io_reference.py. The values follow formulas that the tests repeat."""
import netCDF4
import numpy as np
from ml_dtypes import bfloat16
from safetensors.numpy import save_file

ramp = np.arange(24, dtype=np.float32) * 0.5 - 3

np.savez("io_stored.npz", ramp=ramp.reshape(2, 3, 4), ids=np.arange(5, dtype=np.int64))
np.savez_compressed("io_deflated.npz", ramp=np.asfortranarray(ramp.reshape(4, 6)), flags=np.array([True, False, True]),
                    big=np.arange(3, dtype=">u2"))

save_file({"b.weight": ramp.reshape(4, 6), "a": np.arange(7, dtype=np.uint8), "half": ramp.astype(np.float16),
           "brain": ramp[:6].astype(bfloat16), "count": np.array(9, dtype=np.int64), "none": np.zeros((0, 3), np.float32),
           "quoted \"näme\"": np.array([1, 2], dtype=np.int16)}, "io_reference.safetensors", metadata={"format": "pt"})


def netcdf(name, kind, records):
    with netCDF4.Dataset(name, "w", format=kind) as file:
        file.title = "ramps"
        file.createDimension("time", None)
        file.createDimension("x", 3)
        file.createDimension("y", 2)
        fixed = file.createVariable("fixed", "f8", ("y", "x"))
        fixed.factor = np.float32(0.25)
        fixed[:] = np.arange(6).reshape(2, 3) * 1.5
        word = file.createVariable("word", "S1", ("x",))
        word[:] = np.array([b"a", b"b", b"c"])
        file.createVariable("single", "i4", ())[...] = -7
        if "few" in records:
            file.createVariable("few", "i2", ("time", "x"))[:] = np.arange(12).reshape(4, 3) - 5
        if "bytes" in records:
            file.createVariable("bytes", "i1", ("time",))[:] = np.arange(4) - 2
        if "many" in records:
            file.createVariable("many", "f4", ("time", "y", "x"))[:] = np.arange(24).reshape(4, 2, 3) * 0.5
        if kind == "NETCDF3_64BIT_DATA":
            file.createVariable("wide", "u8", ("x",))[:] = np.array([2**63, 1, 2], dtype=np.uint64)


netcdf("io_classic.nc", "NETCDF3_CLASSIC", ["few", "bytes", "many"])
netcdf("io_offset.nc", "NETCDF3_64BIT_OFFSET", ["few"])  # one record variable: its records are not padded
netcdf("io_data.nc", "NETCDF3_64BIT_DATA", ["bytes", "many"])
