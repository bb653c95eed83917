#include "libcore/text/read_components.h"

#include "libcore/base/utf8.h"

namespace daybreak::text {
namespace {

/// Calls `read` for the component, or for each one of a Sequence whose list is called `list`.
template <class Read>
void each_component(const JsonNode& root, std::string_view name, std::string_view list, Read read) {
  const auto component = root.find(name);
  if (!component) return;
  if (component->type() != "Sequence") return read(*component);
  const JsonNode parts = component->at(list);
  for (std::size_t i = 0; i < parts.array().size(); ++i) {
    if (parts.at(i).type() == "Sequence") parts.at(i).unsupported("a Sequence within a Sequence");
    read(parts.at(i));
  }
}

[[noreturn]] void refuse(const JsonNode& node, const std::string& what) {
  node.unsupported("the " + what + " \"" + node.type() + "\"");
}

/// The pattern of a Replace or Split that is a plain string.
std::string string_pattern(const JsonNode& node) {
  const auto pattern = node.at("pattern").find("String");
  if (!pattern) node.at("pattern").unsupported("replacing a regular expression");
  if (pattern->text().empty()) pattern->fail("expected a pattern that is not empty");
  return pattern->text();
}

std::string one_character(const JsonNode& node) {
  const std::string& text = node.text();
  if (text.empty() || code_point_at(text, 0).length != text.size()) node.fail("expected one character, found \"" + text + "\"");
  return text;
}

PreTokenizer::Prefix read_prefix(const JsonNode& node) {
  const auto scheme = node.find("prepend_scheme");
  if (!node.flag("add_prefix_space", true)) return PreTokenizer::Prefix::never;
  if (!scheme || scheme->text() == "always") return PreTokenizer::Prefix::always;
  if (scheme->text() == "first") return PreTokenizer::Prefix::first;
  if (scheme->text() != "never") scheme->fail("expected always, first or never, found \"" + scheme->text() + "\"");
  return PreTokenizer::Prefix::never;
}

WordPattern read_split(const JsonNode& node) {
  const JsonNode pattern = node.at("pattern");
  const auto regex = pattern.find("Regex");
  if (!regex) pattern.unsupported("splitting at a string");
  const auto known = word_pattern_of(regex->text());
  if (!known) regex->unsupported("the pattern " + regex->text());
  // The known patterns match every character, so that these two settings mean the same.
  const std::string& behavior = node.at("behavior").text();
  const bool inverted = node.flag("invert", false);
  if (!(behavior == "Isolated" && !inverted) && !(behavior == "Removed" && inverted))
    node.at("behavior").unsupported("the behavior \"" + behavior + "\"" + (inverted ? " inverted" : ""));
  return *known;
}

void read_one_pre_tokenizer(const JsonNode& node, PreTokenizer& result) {
  const std::string type = node.type();
  if (result.kind != PreTokenizer::Kind::none) node.unsupported("\"" + type + "\" behind another pre-tokenizer");
  const bool after_split = result.pattern != WordPattern::whole;
  if (type == "Split" && !after_split) {
    result.pattern = read_split(node);
  } else if (type == "ByteLevel") {
    result.kind = PreTokenizer::Kind::byte_level;
    const bool uses_regex = node.flag("use_regex", true);
    if (node.flag("add_prefix_space", true)) result.prefix = PreTokenizer::Prefix::always;
    if (after_split && (uses_regex || result.prefix != PreTokenizer::Prefix::never))
      node.unsupported("ByteLevel with use_regex or add_prefix_space behind Split");
    if (uses_regex) result.pattern = WordPattern::gpt2;
  } else if (type == "Metaspace" && !after_split) {
    result.kind = PreTokenizer::Kind::metaspace;
    result.replacement = one_character(node.at("replacement"));
    result.prefix = read_prefix(node);
    result.split = node.flag("split", true);
  } else {
    refuse(node, "pre-tokenizer");
  }
}

std::size_t read_count(const JsonNode& node) {
  return node.id();
}

DecoderStep read_one_decoder(const JsonNode& node) {
  using Kind = DecoderStep::Kind;
  const std::string type = node.type();
  if (type == "ByteLevel") return {Kind::byte_level, {}, {}};
  if (type == "ByteFallback") return {Kind::byte_fallback, {}, {}};
  if (type == "Fuse") return {Kind::fuse, {}, {}};
  if (type == "Replace") return {Kind::replace, string_pattern(node), node.at("content").text()};
  if (type == "Strip")
    return {Kind::strip, one_character(node.at("content")), {}, read_count(node.at("start")), read_count(node.at("stop"))};
  if (type == "Metaspace")
    return {Kind::metaspace, one_character(node.at("replacement")), {}, 0, 0, read_prefix(node) != PreTokenizer::Prefix::never};
  refuse(node, "decoder");
}

/// The ids of one special token of the template.
std::vector<std::uint32_t> template_ids(const JsonNode& processor, const JsonNode& piece) {
  const std::string& name = piece.at("id").text();
  const JsonNode ids = processor.at("special_tokens").at(name).at("ids");
  std::vector<std::uint32_t> result;
  for (std::size_t i = 0; i < ids.array().size(); ++i) result.push_back(ids.at(i).id());
  return result;
}

void read_template(const JsonNode& processor, TokenizerParts& parts) {
  const JsonNode single = processor.at("single");
  bool text_seen = false;
  for (std::size_t i = 0; i < single.array().size(); ++i) {
    const JsonNode piece = single.at(i);
    if (const auto special = piece.find("SpecialToken")) {
      const auto ids = template_ids(processor, *special);
      auto& side = text_seen ? parts.suffix : parts.prefix;
      side.insert(side.end(), ids.begin(), ids.end());
    } else {
      const JsonNode id = piece.at("Sequence").at("id");
      if (id.text() != "A" || text_seen) id.fail("expected the sequence A exactly once");
      text_seen = true;
    }
  }
  if (!text_seen) single.fail("the template has no sequence A");
}

}  // namespace

Normalizer read_normalizer(const JsonNode& root) {
  Normalizer steps;
  each_component(root, "normalizer", "normalizers", [&](const JsonNode& node) {
    const std::string type = node.type();
    if (type == "Prepend")
      steps.push_back({NormalizerStep::Kind::prepend, {}, node.at("prepend").text()});
    else if (type == "Replace")
      steps.push_back({NormalizerStep::Kind::replace, string_pattern(node), node.at("content").text()});
    else
      refuse(node, "normalizer");
  });
  return steps;
}

PreTokenizer read_pre_tokenizer(const JsonNode& root) {
  PreTokenizer result;
  each_component(root, "pre_tokenizer", "pretokenizers", [&](const JsonNode& node) { read_one_pre_tokenizer(node, result); });
  if (result.kind == PreTokenizer::Kind::none && result.pattern != WordPattern::whole)
    root.at("pre_tokenizer").unsupported("Split without ByteLevel behind it");
  return result;
}

std::vector<DecoderStep> read_decoder(const JsonNode& root) {
  std::vector<DecoderStep> steps;
  each_component(root, "decoder", "decoders", [&](const JsonNode& node) { steps.push_back(read_one_decoder(node)); });
  return steps;
}

void read_post_processor(const JsonNode& root, TokenizerParts& parts) {
  bool template_seen = false;
  each_component(root, "post_processor", "processors", [&](const JsonNode& node) {
    const std::string type = node.type();
    if (type == "ByteLevel") return;
    if (type != "TemplateProcessing" || template_seen) refuse(node, template_seen ? "second post-processor" : "post-processor");
    template_seen = true;
    read_template(node, parts);
  });
}

}  // namespace daybreak::text
