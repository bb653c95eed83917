#include "libcore/scaling/traces/rows.h"

#include <optional>

#include "libcore/base/error.h"
#include "libcore/io/csv.h"
#include "libcore/io/json.h"
#include "libcore/io/line_reader.h"

namespace daybreak::scaling {
namespace {

class CsvRows : public RowSource {
 public:
  explicit CsvRows(const io::InputFile& file) : reader_(file, kLongestLine) {
    const std::vector<std::string>* first = reader_.next();
    if (first == nullptr) throw data_error(file.name(), "the file has no records");
    has_header_ = io::is_csv_header(*first);
    names_ = io::csv_column_names(*first, has_header_);
    if (!has_header_) first_ = first;
  }
  const std::vector<std::string>& names() const override { return names_; }
  bool has_names() const override { return has_header_; }
  const std::vector<std::string>* next() override {
    if (first_ != nullptr) return std::exchange(first_, nullptr);
    return reader_.next();
  }
  std::string where() const override { return reader_.where(); }

 private:
  io::CsvReader reader_;
  bool has_header_ = false;
  std::vector<std::string> names_;
  const std::vector<std::string>* first_ = nullptr;  // a record that is no header
};

std::string cell_of(const io::Json* value) {
  if (value == nullptr) return "";
  return value->is_string() ? value->as_string() : value->dump();
}

class JsonRows : public RowSource {
 public:
  explicit JsonRows(const io::InputFile& file) : lines_(file, kLongestLine) {
    if (!read()) throw data_error(file.name(), "the file has no records");
    for (const auto& [name, value] : record_.as_object())
      if (!value.is_array() && !value.is_object()) names_.push_back(name);
    cells_.resize(names_.size());
    has_first_ = true;
  }
  const std::vector<std::string>& names() const override { return names_; }
  bool has_names() const override { return true; }
  const std::vector<std::string>* next() override {
    if (!std::exchange(has_first_, false) && !read()) return nullptr;
    for (std::size_t i = 0; i < names_.size(); ++i) cells_[i] = cell_of(record_.find(names_[i]));
    return &cells_;
  }
  std::string where() const override { return lines_.where(); }

 private:
  bool read() {
    auto line = lines_.next();
    while (line && line->find_first_not_of(" \t") == std::string::npos) line = lines_.next();
    if (!line) return false;
    record_ = io::Json::parse(*line, where());
    if (!record_.is_object())
      throw data_error(where(), "expected one JSON object a line, found " + io::quoted_field(*line), "put each row on a line of its own");
    return true;
  }

  io::LineReader lines_;
  io::Json record_;
  bool has_first_ = false;
  std::vector<std::string> names_, cells_;
};

}  // namespace

std::unique_ptr<RowSource> open_rows(const io::InputFile& file, Framing framing) {
  if (framing == Framing::json_lines) return std::make_unique<JsonRows>(file);
  return std::make_unique<CsvRows>(file);
}

}  // namespace daybreak::scaling
