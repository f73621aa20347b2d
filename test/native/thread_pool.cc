#include "base/thread_pool.h"

#include <atomic>
#include <thread>
#include <vector>

#include "base/cores.h"
#include "check.h"

using lw::Code;
using lw::ThreadPool;
using lw::test::throws;

namespace {

/// How often each task ran: once, whatever the number of threads.
bool runsEachOnce(int threads, int64_t tasks) {
  ThreadPool& pool = ThreadPool::instance();
  pool.setThreads(threads);
  std::vector<std::atomic<int>> count(tasks);
  pool.parallelFor(tasks, [&](int64_t task) { ++count[task]; });
  for (const auto& times : count) {
    if (times != 1) return false;
  }
  return pool.threads() == threads;
}

}  // namespace

int main() {
  ThreadPool& pool = ThreadPool::instance();
  CHECK(lw::coresAvailable() >= 1);
  for (const int threads : {1, 2, 3, 8}) {
    for (const int64_t tasks : {0, 1, 2, 7, 1000}) CHECK(runsEachOnce(threads, tasks));
  }
  CHECK(throws(Code::kArgument, [&] { pool.setThreads(0); }));
  CHECK(throws(Code::kArgument, [&] { pool.setThreads(1025); }));

  // A thread can be kept away from cores; when all are forbidden nothing changes.
  if (lw::coresAvailable() > 1 && lw::currentCore() >= 0) {
    std::thread thread([] {
      lw::CoreChoice choice;
      for (int i = 0; i < 100; ++i) {
        const int core = lw::currentCore();
        choice.avoid({core, -1});
        CHECK(lw::currentCore() != core);
      }
      std::vector<int> all;
      for (int core = 0; core < 4096; ++core) all.push_back(core);
      choice.avoid(all);
      CHECK(lw::currentCore() >= 0);
    });
    thread.join();
  }

  // An error of a task reaches the caller, and the pool works on.
  CHECK(throws(Code::kShape, [&] {
    pool.parallelFor(100, [](int64_t task) {
      if (task == 42) throw lw::Error(Code::kShape, "task 42");
    });
  }));
  CHECK(runsEachOnce(4, 100));

  // Callers from several threads at once: nobody waits for anybody, every task runs.
  pool.setThreads(3);
  std::atomic<int> total = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) pool.parallelFor(5, [&](int64_t) { ++total; });
    });
  }
  for (std::thread& caller : callers) caller.join();
  CHECK(total == 4 * 200 * 5);

  // The first of two tasks is the caller's own, every time: nobody else gets there before he has begun.
  pool.setThreads(2);
  for (int round = 0; round < 200; ++round) {
    std::atomic<bool> begun = false;
    std::thread::id first;
    pool.parallelFor(2, [&](int64_t task) {
      if (task == 0) first = std::this_thread::get_id();
      if (task == 0) begun = true;
      while (!begun) std::this_thread::yield();
    });
    CHECK(first == std::this_thread::get_id());
  }

  // Ended and joined, it starts again by itself.
  pool.shutdown();
  CHECK(runsEachOnce(2, 50));
  pool.shutdown();
  return lw::test::failures;
}
