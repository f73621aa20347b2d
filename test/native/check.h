#pragma once

#include <cstdio>

#include "base/error.h"

// A C++ test is an executable that prints what is wrong and returns how many checks failed.
namespace lw::test {

inline int failures = 0;

inline void check(bool condition, const char* text, const char* file, int line) {
  if (condition) return;
  std::fprintf(stderr, "%s:%d: %s\n", file, line, text);
  ++failures;
}

/// True when `body` throws an Error of that code.
template <typename Body>
bool throws(Code code, Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code() == code;
  }
  return false;
}

}  // namespace lw::test

#define CHECK(condition) ::lw::test::check((condition), #condition, __FILE__, __LINE__)
