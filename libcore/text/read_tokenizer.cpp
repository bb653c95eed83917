// tokenizer.json and tokenizer_config.json become TokenizerParts.
#include <algorithm>
#include <initializer_list>
#include <xxhash.h>

#include "libcore/base/hex.h"
#include "libcore/text/read_components.h"

namespace daybreak::text {
namespace {

Vocabulary read_vocabulary(const JsonNode& model, TokenizerParts& parts) {
  const JsonNode node = model.at("vocab");
  Vocabulary vocabulary;
  const auto& members = node.object();
  vocabulary.reserve(members.size());
  for (const auto& [token, id_value] : members) {
    const bool plain = id_value.is_integer();
    if (!plain) node.at(token).fail(node.at(token).expected("a token id"));
    const std::uint32_t id = JsonNode(id_value, parts.name, "/model/vocab/" + JsonNode::escaped(token)).id();
    const auto [entry, fresh] = parts.entries.try_emplace(id, TokenizerParts::Entry{token, false});
    if (!fresh)
      node.at(token).fail("the id " + std::to_string(id) + " is already that of \"" + entry->second.text + "\"");
    vocabulary.emplace(token, id);
  }
  return vocabulary;
}

/// One merge, written "left right" or ["left", "right"].
std::pair<std::string, std::string> read_merge(const JsonNode& merge) {
  if (merge.value().is_array()) {
    if (merge.array().size() != 2) merge.fail("expected two tokens, found " + std::to_string(merge.array().size()));
    return {merge.at(std::size_t{0}).text(), merge.at(std::size_t{1}).text()};
  }
  const std::string& text = merge.text();
  const auto space = text.find(' ');
  if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
    merge.fail("expected two tokens with a space between them, found \"" + text + "\"");
  return {text.substr(0, space), text.substr(space + 1)};
}

void refuse_affix(const JsonNode& model, std::string_view name) {
  const auto affix = model.find(name);
  if (affix && !affix->text().empty()) affix->unsupported("a " + std::string(name));
}

BpeDefinition read_model(const JsonNode& model, TokenizerParts& parts) {
  if (const auto type = model.find("type"); type && type->text() != "BPE")
    type->unsupported("the model \"" + type->text() + "\"");
  refuse_affix(model, "continuing_subword_prefix");
  refuse_affix(model, "end_of_word_suffix");
  if (const auto dropout = model.find("dropout"); dropout && !(dropout->value().is_number() && dropout->value().as_double() == 0))
    dropout->unsupported("dropout");
  BpeDefinition definition;
  definition.vocabulary = read_vocabulary(model, parts);
  const JsonNode merges = model.at("merges");
  for (std::size_t i = 0; i < merges.array().size(); ++i) definition.merges.push_back(read_merge(merges.at(i)));
  if (const auto unknown = model.find("unk_token")) definition.unknown_token = unknown->text();
  definition.fuse_unknown = model.flag("fuse_unk", false);
  definition.byte_fallback = model.flag("byte_fallback", false);
  definition.ignore_merges = model.flag("ignore_merges", false);
  definition.byte_level = parts.pre_tokenizer.kind == PreTokenizer::Kind::byte_level;
  if (definition.byte_level && definition.byte_fallback) model.at("byte_fallback").unsupported("byte_fallback of a byte-level model");
  return definition;
}

void build_model(const JsonNode& model, TokenizerParts& parts) {
  BpeDefinition definition = read_model(model, parts);
  try {
    parts.model = std::make_unique<const BpeModel>(std::move(definition));
  } catch (const BpeModel::Problem& problem) {
    const JsonNode place = problem.merge ? model.at("merges").at(*problem.merge) : model.at("unk_token");
    place.fail(problem.text);
  }
}

AddedToken read_added_token(const JsonNode& node) {
  AddedToken token;
  token.id = node.at("id").id();
  token.content = node.at("content").text();
  if (token.content.empty()) node.at("content").fail("expected a token that is not empty");
  token.single_word = node.flag("single_word", false);
  token.lstrip = node.flag("lstrip", false);
  token.rstrip = node.flag("rstrip", false);
  token.special = node.flag("special", false);
  token.normalized = node.flag("normalized", !token.special);
  return token;
}

void read_added_tokens(const JsonNode& root, TokenizerParts& parts) {
  const auto list = root.find("added_tokens");
  if (!list) return;
  for (std::size_t i = 0; i < list->array().size(); ++i) {
    AddedToken token = read_added_token(list->at(i));
    const auto known = parts.model->vocabulary().find(token.content);
    if (known != parts.model->vocabulary().end() && known->second != token.id)
      list->at(i).fail("\"" + token.content + "\" has the id " + std::to_string(known->second) + " in the vocabulary, found " +
                       std::to_string(token.id));
    const auto [entry, fresh] = parts.entries.try_emplace(token.id, TokenizerParts::Entry{token.content, false});
    if (!fresh && entry->second.text != token.content)
      list->at(i).fail("the id " + std::to_string(token.id) + " is already that of \"" + entry->second.text + "\"");
    entry->second.special = token.special;
    parts.added.push_back(std::move(token));
  }
  for (const AddedToken& token : parts.added) {
    if (!token.normalized) {
      parts.raw_tokens.add(token, token.content);
      continue;
    }
    const std::string form = normalize(parts.normalizer, token.content, false);
    parts.normalized_tokens.add(token, form);
    parts.entries[token.id].text = form;
  }
}

bool has_space(std::string_view text) { return text.find_first_of(" \t\r\n\v\f") != std::string_view::npos; }

/// Whether a text may be cut before a space: no step may see both sides of the cut.
bool may_cut(const TokenizerParts& parts) {
  for (const AddedToken& token : parts.added)
    if (has_space(token.content) || token.rstrip || (token.single_word && token.normalized)) return false;
  for (const NormalizerStep& step : parts.normalizer) {
    if (has_space(step.content)) return false;
    if (step.kind == NormalizerStep::Kind::replace && step.pattern != " ") return false;
  }
  // Without a pattern that splits at spaces, it is for the merges to say (Tokenizer::last_cut).
  if (parts.pre_tokenizer.kind == PreTokenizer::Kind::byte_level)
    return parts.normalizer.empty() && parts.pre_tokenizer.pattern != WordPattern::whole;
  return parts.model->cuts_by_symbol();
}

std::optional<std::uint32_t> first_known(const TokenizerParts& parts, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto id = parts.id_of(name)) return id;
  return std::nullopt;
}

void find_ends(TokenizerParts& parts) {
  parts.bos = first_known(parts, {"<s>", "<|begin_of_text|>", "<bos>", "<|endoftext|>"});
  parts.eos = first_known(parts, {"</s>", "<|end_of_text|>", "<eos>", "<|endoftext|>"});
  if (!parts.prefix.empty()) parts.bos = parts.prefix.front();
  if (!parts.suffix.empty()) parts.eos = parts.suffix.back();
}

void check_template(const JsonNode& root, const TokenizerParts& parts) {
  for (const auto* side : {&parts.prefix, &parts.suffix})
    for (const std::uint32_t id : *side)
      if (!parts.entries.contains(id))
        root.at("post_processor").fail("the template adds the id " + std::to_string(id) + ", which no token has");
}

std::string hash_of(std::string_view bytes) {
  return hex64(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace

std::optional<std::uint32_t> TokenizerParts::id_of(std::string_view token) const {
  for (const AddedToken& one : added)
    if (one.content == token) return one.id;
  const auto found = model->vocabulary().find(token);
  return found == model->vocabulary().end() ? std::nullopt : std::optional(found->second);
}

std::shared_ptr<TokenizerParts> read_tokenizer_json(std::string_view json, const std::string& name) {
  const io::Json document = io::Json::parse(json, name);
  const JsonNode root(document, name);
  auto parts = std::make_shared<TokenizerParts>();
  parts->name = name;
  parts->hash = hash_of(json);
  parts->normalizer = read_normalizer(root);
  parts->pre_tokenizer = read_pre_tokenizer(root);
  build_model(root.at("model"), *parts);
  read_added_tokens(root, *parts);
  parts->decoder = read_decoder(root);
  read_post_processor(root, *parts);
  check_template(root, *parts);
  for (const auto& [id, entry] : parts->entries) parts->vocabulary_size = std::max(parts->vocabulary_size, id + 1);
  if (parts->entries.empty()) root.at("model").at("vocab").fail("the vocabulary is empty");
  parts->may_cut = may_cut(*parts);
  find_ends(*parts);
  return parts;
}

void read_tokenizer_config(TokenizerParts& parts, std::string_view json, const std::string& name) {
  const io::Json document = io::Json::parse(json, name);
  const JsonNode root(document, name);
  const auto read = [&](const char* key, std::optional<std::uint32_t>& id) {
    const auto token = root.find(key);
    if (!token) return;
    const JsonNode content = token->value().is_object() ? token->at("content") : *token;
    id = parts.id_of(content.text());
    if (!id) content.fail("the token \"" + content.text() + "\" is not in " + parts.name);
  };
  read("bos_token", parts.bos);
  read("eos_token", parts.eos);
}

}  // namespace daybreak::text
