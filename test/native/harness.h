#pragma once

#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

/// A test program: `TEST(name) { ... }` as often as needed and `int main() { return lw::test::runAll(); }`.
/// A test fails when one of its expectations does or when it throws. The program prints `N passed, N failed`.
namespace lw::test {

struct Registry {
  std::vector<std::pair<const char*, void (*)()>> tests;
  int failedExpectations = 0;

  static Registry& instance() {
    static Registry registry;
    return registry;
  }
};

struct Register {
  Register(const char* name, void (*run)()) { Registry::instance().tests.emplace_back(name, run); }
};

inline void expectAt(const char* file, int line, bool holds, const std::string& what) {
  if (holds) return;
  ++Registry::instance().failedExpectations;
  std::printf("%s:%d: %s\n", file, line, what.c_str());
}

/// Expects an Error of that code whose message holds `fragment`.
template <typename Body>
void expectErrorAt(const char* file, int line, Code code, const std::string& fragment, Body&& body) {
  try {
    body();
    expectAt(file, line, false,
             "no error, expected " + std::string(codeName(code)) + " with \"" + fragment + "\"");
  } catch (const Error& error) {
    const std::string message = error.what();
    expectAt(file, line, error.code() == code && message.find(fragment) != std::string::npos,
             std::string(codeName(error.code())) + " \"" + message + "\", expected " + codeName(code) +
                 " with \"" + fragment + "\"");
  }
}

/// `only`: a part of the names of the tests to run; null for all.
inline int runAll(const char* only = nullptr) {
  Registry& registry = Registry::instance();
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // what a fault cuts short has been printed
  int passed = 0, failed = 0;
  for (const auto& [name, run] : registry.tests) {
    if (only != nullptr && std::string(name).find(only) == std::string::npos) continue;
    registry.failedExpectations = 0;
    try {
      run();
    } catch (const std::exception& error) {
      expectAt(name, 0, false, std::string("threw ") + error.what());
    }
    const bool good = registry.failedExpectations == 0;
    ++(good ? passed : failed);
    if (!good) std::printf("FAILED %s\n", name);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace lw::test

#define LW_JOIN_(a, b) a##b
#define LW_JOIN(a, b) LW_JOIN_(a, b)
#define TEST(name)                                                                              \
  static void LW_JOIN(test_, __LINE__)();                                                       \
  static const lw::test::Register LW_JOIN(register_, __LINE__)(name, LW_JOIN(test_, __LINE__)); \
  static void LW_JOIN(test_, __LINE__)()
#define EXPECT(condition) lw::test::expectAt(__FILE__, __LINE__, condition, #condition)
#define EXPECT_ERROR(code, fragment, expression) \
  lw::test::expectErrorAt(__FILE__, __LINE__, code, fragment, [&] { (void)(expression); })
