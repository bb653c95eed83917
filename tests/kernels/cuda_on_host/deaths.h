#pragma once
// Tests of what ends the program: it is done in a child process.
#include <functional>
#include <string>

/// What the child said on stderr before stop() ended it; "" where it lived, or died otherwise.
std::string last_words(const std::function<void()>& body);
