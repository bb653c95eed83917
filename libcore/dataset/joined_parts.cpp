#include "libcore/dataset/joined_parts.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/dataset/layout.h"
#include "libcore/io/json.h"
#include "libcore/io/stretches.h"
#include "libcore/records/dataset_record.h"

namespace daybreak::dataset {

std::string joined_parts_text(const std::vector<JoinedPart>& parts) {
  io::Json out, list = io::Json::array();
  for (const JoinedPart& part : parts) {
    io::Json one;
    one["path"] = part.path;
    one["layout_xxh3"] = part.layout_xxh3;
    one["bytes"] = part.bytes;
    list.push_back(std::move(one));
  }
  out["schema"] = records::kDatasetPartsSchema;
  out["parts"] = std::move(list);
  return out.dump();
}

std::vector<JoinedPart> parse_joined_parts(std::string_view text, const std::string& where) {
  const io::Json json = io::Json::parse(text, where);
  const io::Json* schema = json.find("schema");
  if (schema == nullptr || *schema != io::Json(records::kDatasetPartsSchema))
    throw data_error(where, std::string("expected a list of parts of schema ") + records::kDatasetPartsSchema,
                     "it may need a newer version of this tool");
  try {
    std::vector<JoinedPart> parts;
    for (const io::Json& one : json.at("parts").as_array())
      parts.push_back({one.at("path").as_string(), one.at("layout_xxh3").as_string(), one.at("bytes").as_uint()});
    return parts;
  } catch (const Error& failure) {
    throw data_error(where, "the list of its parts is damaged: " + failure.message(), "join the parts again");
  }
}

void check_parts(const io::ArrayFile& file, const std::vector<JoinedPart>& parts) {
  for (const io::MappedFile& mapped : file.mapped) {
    const auto told = std::find_if(parts.begin(), parts.end(),
                                   [&](const JoinedPart& part) { return part.path == mapped.path; });
    if (told == parts.end())
      throw data_error(mapped.name, "is none of the parts that " + file.name + " lists", "join the parts again");
    const io::Attribute* hash = io::find_attribute(mapped.attributes, "", kManifestHash);
    const auto found = hash != nullptr ? io::attribute_texts(*hash) : std::vector<std::string>();
    if (found != std::vector<std::string>{told->layout_xxh3})
      throw data_error(mapped.name, "is another file than the part that " + file.name + " was joined of",
                       "bring the part back, or join the parts again");
    if (mapped.bytes != told->bytes)
      throw data_error(mapped.name, "has " + std::to_string(mapped.bytes) + " bytes, but had " + std::to_string(told->bytes) +
                                        " when " + file.name + " was joined",
                       "bring the part back, or join the parts again");
  }
}

}  // namespace daybreak::dataset
