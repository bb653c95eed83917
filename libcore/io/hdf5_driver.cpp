#include "libcore/io/hdf5_driver.h"

#include <hdf5.h>
#include <unistd.h>

#include <cerrno>

namespace daybreak::io {
namespace {

/// HDF5 hands its own part back to the callbacks and reaches ours behind it.
struct DescriptorFile {
  H5FD_t base;
  int descriptor;
  haddr_t end_of_address, end_of_file;
};

struct State {
  int descriptor = -1;
  haddr_t file_bytes = 0;
  bool opened = false;
  bool probing = false, seen = false;
  haddr_t address = 0, bytes = 0;
  DescriptorFile file{};
};

// One file a process, and the callbacks of HDF5 carry no context of their own.
State g_state;

DescriptorFile* ours(H5FD_t* file) {
  return reinterpret_cast<DescriptorFile*>(file);
}

H5FD_t* open_file(const char*, unsigned flags, hid_t, haddr_t) {
  if (g_state.opened || (flags & H5F_ACC_RDWR) != 0) return nullptr;
  g_state.opened = true;
  g_state.file.descriptor = g_state.descriptor;
  g_state.file.end_of_file = g_state.file_bytes;
  return &g_state.file.base;
}

herr_t close_file(H5FD_t*) {
  return 0;
}

int compare_files(const H5FD_t* a, const H5FD_t* b) {
  return a < b ? -1 : static_cast<int>(b < a);
}

herr_t query(const H5FD_t*, unsigned long* features) {
  *features = 0;
  return 0;
}

haddr_t end_of_address(const H5FD_t* file, H5FD_mem_t) {
  return reinterpret_cast<const DescriptorFile*>(file)->end_of_address;
}

herr_t set_end_of_address(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  ours(file)->end_of_address = address;
  return 0;
}

haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t) {
  return reinterpret_cast<const DescriptorFile*>(file)->end_of_file;
}

herr_t read_file(H5FD_t* file, H5FD_mem_t kind, hid_t, haddr_t address, std::size_t bytes, void* out) {
  if (g_state.probing && kind == H5FD_MEM_DRAW) {
    g_state.seen = true;
    g_state.address = address;
    g_state.bytes = bytes;
    return 0;
  }
  const haddr_t end = ours(file)->end_of_file;
  if (address > end || bytes > end - address) return -1;
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t got = pread(ours(file)->descriptor, static_cast<char*>(out) + done, bytes - done,
                              static_cast<off_t>(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    done += static_cast<std::size_t>(got);
  }
  return 0;
}

herr_t write_file(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, std::size_t, const void*) {
  return -1;
}

H5FD_class_t driver() {
  H5FD_class_t table{};
  table.name = "daybreak_descriptor";
  table.maxaddr = static_cast<haddr_t>(HADDR_MAX) >> 1;
  table.fc_degree = H5F_CLOSE_WEAK;
  table.open = open_file;
  table.close = close_file;
  table.cmp = compare_files;
  table.query = query;
  table.get_eoa = end_of_address;
  table.set_eoa = set_end_of_address;
  table.get_eof = end_of_file;
  table.read = read_file;
  table.write = write_file;
  const H5FD_mem_t map[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
  for (int k = 0; k < H5FD_MEM_NTYPES; ++k) table.fl_map[k] = map[k];
  return table;
}

}  // namespace

std::int64_t open_with_descriptor(int descriptor, std::uint64_t file_bytes) {
  static const H5FD_class_t table = driver();
  g_state = State{};
  g_state.descriptor = descriptor;
  g_state.file_bytes = file_bytes;
  const hid_t id = H5FDregister(&table), access = H5Pcreate(H5P_FILE_ACCESS);
  if (id < 0 || access < 0 || H5Pset_driver(access, id, nullptr) < 0) return -1;
  return H5Fopen("input", H5F_ACC_RDONLY, access);
}

ReadProbe::ReadProbe() {
  forget();
  g_state.probing = true;
}

ReadProbe::~ReadProbe() {
  g_state.probing = false;
}

bool ReadProbe::seen() const {
  return g_state.seen;
}

std::uint64_t ReadProbe::address() const {
  return g_state.address;
}

std::uint64_t ReadProbe::bytes() const {
  return g_state.bytes;
}

void ReadProbe::forget() {
  g_state.seen = false;
}

}  // namespace daybreak::io
