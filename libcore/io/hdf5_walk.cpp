#include "libcore/io/hdf5_walk.h"

#include <hdf5.h>

#include "libcore/io/hdf5_handle.h"

namespace daybreak::io {
namespace {

constexpr int kDeepest = 64;
constexpr std::size_t kMostObjects = 1'000'000;

struct Link {
  std::string name;
  H5L_type_t type;
};

std::vector<Link> links_of(hid_t group) {
  std::vector<Link> links;
  const auto keep = [](hid_t, const char* name, const H5L_info_t* info, void* out) -> herr_t {
    auto& list = *static_cast<std::vector<Link>*>(out);
    list.push_back({name, info->type});
    return list.size() > kMostObjects ? -1 : 0;
  };
  hdf5_check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep, &links), "list a group");
  return links;
}

std::vector<std::string> attribute_names(hid_t object) {
  std::vector<std::string> names;
  const auto keep = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    auto& list = *static_cast<std::vector<std::string>*>(out);
    list.emplace_back(name);
    return list.size() > kMostObjects ? -1 : 0;
  };
  hdf5_check(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, keep, &names), "list attributes");
  return names;
}

}  // namespace

void Hdf5Walker::walk(std::int64_t file) {
  const Hdf5Handle root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose, "open the root group");
  H5O_info_t info;
  hdf5_check(H5Oget_info2(root, &info, H5O_INFO_BASIC), "look at the root group");
  seen_.insert(info.addr);
  attributes(root, "");
  group(root, "", 0);
}

void Hdf5Walker::group(std::int64_t id, const std::string& path, int depth) {
  if (depth > kDeepest) throw Hdf5Fault("groups are nested deeper than " + std::to_string(kDeepest));
  for (const Link& link : links_of(id)) {
    const std::string inner = path.empty() ? link.name : path + "/" + link.name;
    if (link.type == H5L_TYPE_HARD) {
      object(id, link.name, inner, depth);
    } else {
      const bool soft = link.type == H5L_TYPE_SOFT;
      writer_.note(std::string(soft ? "soft" : "external") + " link '" + inner + "' was not followed");
    }
    send_();
  }
}

void Hdf5Walker::object(std::int64_t parent, const std::string& name, const std::string& path, int depth) {
  const Hdf5Handle opened(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose, "open an object");
  H5O_info_t info;
  hdf5_check(H5Oget_info2(opened, &info, H5O_INFO_BASIC), "look at an object");
  if (!seen_.insert(info.addr).second) {
    writer_.note("'" + path + "' is a second name of an object that was taken already");
    return;
  }
  if (seen_.size() > kMostObjects) throw Hdf5Fault("it has more than " + std::to_string(kMostObjects) + " objects");
  if (info.type == H5O_TYPE_GROUP) {
    attributes(opened, path);
    group(opened, path, depth + 1);
  } else if (info.type == H5O_TYPE_DATASET) {
    writer_.dataset(describe_dataset(opened, path));
    attributes(opened, path);
  } else {
    writer_.note("'" + path + "' is a named type and was left out");
  }
}

void Hdf5Walker::attributes(std::int64_t object, const std::string& owner) {
  for (const std::string& name : attribute_names(object)) {
    const Hdf5Handle opened(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "open an attribute");
    AttributeResult result = read_attribute(opened);
    result.attribute.owner = owner;
    result.attribute.name = name;
    if (result.unsupported.empty())
      writer_.attribute(result.attribute);
    else
      writer_.note("attribute '" + name + "' of '" + owner + "' was left out: it holds " + result.unsupported);
    send_();
  }
}

}  // namespace daybreak::io
