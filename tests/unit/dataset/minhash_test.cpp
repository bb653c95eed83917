#include "libcore/dataset/minhash.h"

#include <cmath>
#include <random>
#include <set>
#include <string>

#include "libcore/dataset/near_duplicates.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;

namespace {

using Grams = std::set<std::string>;

Grams grams_of(const std::string& text) {
  Grams all;
  for (std::size_t i = 0; i < text.size() && (i == 0 || i + 5 <= text.size()); ++i) all.insert(text.substr(i, 5));
  return all;
}

/// By the definition, over sets of strings.
double exact_jaccard(const Grams& x, const Grams& y) {
  std::size_t shared = 0;
  for (const std::string& gram : x) shared += y.count(gram);
  const std::size_t all = x.size() + y.size() - shared;
  return all == 0 ? 0 : static_cast<double>(shared) / static_cast<double>(all);
}

std::vector<Grams> grams_of(const std::vector<std::string>& texts) {
  std::vector<Grams> all;
  for (const std::string& text : texts) all.push_back(grams_of(text));
  return all;
}

/// Texts of which many are another with some letters changed, from one in two hundred to one in five.
std::vector<std::string> related_texts(std::size_t count) {
  std::mt19937 random(11);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text;
    if (i % 3 == 0 || texts.empty()) {
      const std::size_t length = random() % 300 + (i % 7 == 0 ? 0 : 40);
      for (std::size_t k = 0; k < length; ++k) text += static_cast<char>('a' + random() % 26);
    } else {
      text = texts[random() % texts.size()];
      const unsigned every = 5 + random() % 200;
      for (char& letter : text)
        if (random() % every == 0) letter = static_cast<char>('A' + random() % 26);
    }
    texts.push_back(text);
  }
  return texts;
}

}  // namespace

TEST_CASE("The Jaccard index is that of sets of strings") {
  const std::vector<std::string> texts = related_texts(120);
  const std::vector<Grams> grams = grams_of(texts);
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t j = 0; j < texts.size(); ++j)
      if (dataset::jaccard(dataset::five_grams(texts[i]), dataset::five_grams(texts[j])) !=
          exact_jaccard(grams[i], grams[j]))
        FAIL("'" << texts[i] << "' and '" << texts[j] << "'");
  CHECK(dataset::jaccard(dataset::five_grams("ab"), dataset::five_grams("ab")) == 1);
  CHECK(dataset::jaccard(dataset::five_grams("ab"), dataset::five_grams(std::string("\0ab", 3))) == 0);
  CHECK(dataset::five_grams("").empty());
}

TEST_CASE("Signatures agree as often as the Jaccard index says, within four standard deviations") {
  const std::vector<std::string> texts = related_texts(150);
  const std::vector<Grams> grams = grams_of(texts);
  double bias = 0;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      const double exact = exact_jaccard(grams[i], grams[j]);
      if (exact < 0.1) continue;
      const auto a = dataset::minhash(dataset::five_grams(texts[i])),
                 b = dataset::minhash(dataset::five_grams(texts[j]));
      double agreed = 0;
      for (std::size_t k = 0; k < dataset::kPermutations; ++k) agreed += a[k] == b[k] ? 1 : 0;
      const double estimate = agreed / dataset::kPermutations;
      const double deviation = std::sqrt(exact * (1 - exact) / dataset::kPermutations);
      INFO(exact << " " << estimate);
      CHECK(std::abs(estimate - exact) <= 4.5 * deviation + 1e-12);
      bias += estimate - exact;
      ++pairs;
    }
  REQUIRE(pairs > 100);
  CHECK(std::abs(bias / static_cast<double>(pairs)) < 0.02);
}

TEST_CASE("Bands leave pairs at the threshold unmet at most once in 10,000") {
  for (const double threshold : {0.5, 0.7, 0.8, 0.9, 0.95}) {
    const dataset::Bands bands = dataset::bands_for(threshold);
    CHECK(bands.count * bands.rows <= dataset::kPermutations);
    CHECK(std::pow(1 - std::pow(threshold, bands.rows), bands.count) <= 1e-4);
  }
  CHECK(dataset::bands_for(0.8).rows == 5);
  CHECK(dataset::bands_for(1).count == 1);
}

TEST_CASE("What is left out is what brute force leaves out, for any number of threads") {
  test::ScratchDataset scratch;
  const std::vector<std::string> texts = related_texts(300);
  const std::vector<Grams> grams = grams_of(texts);
  std::string bytes;
  std::vector<std::int64_t> offsets{0};
  for (const std::string& text : texts) {
    bytes += text;
    offsets.push_back(static_cast<std::int64_t>(bytes.size()));
  }
  for (const double threshold : {0.6, 0.8, 0.95}) {
    // The first text that stays stands for those after it; empty ones always stay.
    std::vector<std::size_t> stay, gone;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const bool near = std::any_of(stay.begin(), stay.end(),
                                    [&](std::size_t k) { return exact_jaccard(grams[i], grams[k]) >= threshold; });
      (near ? gone : stay).push_back(i);
    }
    REQUIRE(gone.size() > 20);
    for (const std::int64_t threads : {1, 3}) {
      dataset::CompressInput input;
      input.file.name = "texts";
      io::add_sample_bytes(input.file, "", io::memory_array("bytes", bytes), offsets);
      std::vector<std::size_t> told;
      dataset::drop_near_duplicates(
          input, threshold,
          [&](const dataset::NearDuplicate& one) {
            told.push_back(one.sample);
            CHECK(one.jaccard == exact_jaccard(grams[one.sample], grams[one.kept]));
            CHECK(one.jaccard >= threshold);
            CHECK(std::find(stay.begin(), stay.end(), one.kept) != stay.end());
          },
          scratch.around(threads));
      CHECK(told == gone);
      std::string wanted;
      for (const std::size_t i : stay) wanted += texts[i];
      std::string left(input.file.arrays[0]->info().bytes(), '\0');
      input.file.arrays[0]->read(0, std::as_writable_bytes(std::span(left)));
      CHECK(left == wanted);
      REQUIRE(input.dropped);
      CHECK(input.dropped->pairs.size() == gone.size());
    }
  }
}
