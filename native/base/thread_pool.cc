#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/cores.h"
#include "base/error.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace lw {
namespace {

constexpr int kMaxThreads = 1024;
/// A worker looks for the next piece of work for some microseconds before it sleeps: the ops of a plan follow
/// each other closely.
constexpr int kSpins = 2000;
/// And for some hundred more while a plan runs: one thread has less to do than another, and to be woken takes
/// a hundred microseconds where the machine is virtual. Whoever else wants the core gets it.
constexpr int kYields = 1000;

void relax() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#endif
}

/// For moments in which another thread holds the lock for some instructions: to sleep would cost both of them
/// a call of the system.
std::unique_lock<std::mutex> lockSoon(std::mutex& mutex) {
  for (int i = 0; i < kSpins; ++i, relax())
    if (std::unique_lock lock(mutex, std::try_to_lock); lock) return lock;
  return std::unique_lock(mutex);
}

int initialThreads() {
  const char* text = std::getenv("LAYERWISE_NUM_THREADS");
  if (text == nullptr || *text == 0) return coresAvailable();
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  if (*end != 0 || value < 1 || value > kMaxThreads)
    throw Error(Code::kArgument, "LAYERWISE_NUM_THREADS must be an integer from 1 to 1024. Received \"" +
                                     std::string(text) + "\".");
  return static_cast<int>(value);
}

}  // namespace

struct ThreadPool::State {
  /// Neighbouring tasks belong to one thread, the same ones in every job of as many: what it wrote and read
  /// last time may still be in its cache. Whoever has finished his own takes the others'.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };

  std::atomic<int> bursts{0};
  std::atomic<bool> busy{false};        ///< one parallelFor at a time has the workers
  std::atomic<int> threads{1};          ///< including the caller
  std::atomic<uint64_t> generation{0};  ///< counts jobs, and shutdowns
  std::atomic<uint64_t> published{0};   ///< the generation, once the mutex is free to be taken

  std::mutex mutex;  ///< guards what follows
  std::condition_variable wake, done;
  std::vector<std::thread> workers;
  bool open = false;  ///< a job may be joined
  bool stop = false;
  std::atomic<int> active{0};  ///< workers inside the job; changed under the mutex
  const FunctionRef<void(int64_t)>* body = nullptr;
  std::exception_ptr failure;
  std::vector<int> cores;     ///< of the caller and the workers inside the job, -1 where unknown
  std::vector<Share> shares;  ///< the first `parts` are the job's; whoever takes a task changes them
  size_t parts = 0;

  /// Returns when `ready`, or when to sleep costs less than to go on looking.
  template <typename F>
  void lookOut(F&& ready) {
    for (int i = 0; i < kSpins; ++i, relax())
      if (ready()) return;
    for (int i = 0; i < kYields && bursts.load(std::memory_order_relaxed) > 0 && !ready(); ++i)
      std::this_thread::yield();
  }

  /// Under the mutex, when nobody is inside a job.
  void deal(int64_t tasks, int64_t count) {
    parts = static_cast<size_t>(count);
    if (shares.size() < parts) shares = std::vector<Share>(parts);
    for (int64_t i = 0; i < count; ++i) {
      shares[i].next = tasks / count * i + std::min(i, tasks % count);
      shares[i].end = tasks / count * (i + 1) + std::min(i + 1, tasks % count);
    }
  }

  /// Under the mutex: the cores of the others, when one of them is this thread's too.
  void findCrowd(size_t thread, std::vector<int>* others) {
    others->clear();
    const int here = cores[thread] = currentCore();
    if (here < 0 || std::count(cores.begin(), cores.end(), here) == 1) return;
    for (size_t i = 0; i < cores.size(); ++i)
      if (i != thread) others->push_back(cores[i]);
  }

  /// The caller is thread 0.
  void drain(size_t thread) {
    try {
      for (size_t i = 0; i < parts; ++i) {
        Share& share = shares[(thread + i) % parts];
        for (int64_t task = share.next++; task < share.end; task = share.next++) (*body)(task);
      }
    } catch (...) {
      for (size_t i = 0; i < parts; ++i) shares[i].next = shares[i].end;
      std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  }

  void work(size_t thread) {
    uint64_t seen = 0;
    std::vector<int> crowd;
    CoreChoice choice;
    for (;;) {
      bool joins = false;
      lookOut([&] { return published.load(std::memory_order_acquire) != seen; });
      {
        std::unique_lock lock = lockSoon(mutex);
        wake.wait(lock, [&] { return stop || generation.load(std::memory_order_relaxed) != seen; });
        if (stop) return;
        seen = generation.load(std::memory_order_relaxed);
        findCrowd(thread, &crowd);
        joins = open;
        if (joins) ++active;
      }
      // A thread is often woken on its waker's core, and stays there for many short jobs while another idles.
      if (!crowd.empty()) choice.avoid(crowd);
      if (!joins) continue;
      drain(thread);
      const std::unique_lock lock = lockSoon(mutex);
      if (--active == 0) done.notify_one();
    }
  }
};

ThreadPool::Burst::Burst() { ++instance().state_->bursts; }
ThreadPool::Burst::~Burst() { --instance().state_->bursts; }

ThreadPool::ThreadPool() : state_(new State) { state_->threads = initialThreads(); }

ThreadPool& ThreadPool::instance() {
  static ThreadPool pool;
  return pool;
}

int ThreadPool::threads() const { return state_->threads; }

void ThreadPool::setThreads(int threads) {
  require(threads >= 1 && threads <= kMaxThreads, Code::kArgument,
          "setNumThreads: threads must be an integer from 1 to 1024.");
  while (state_->busy.exchange(true)) std::this_thread::yield();
  if (threads < state_->threads) shutdown();
  state_->threads = threads;
  state_->busy = false;
}

void ThreadPool::parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body) {
  State& s = *state_;
  const int helpers = static_cast<int>(std::min<int64_t>(s.threads, tasks)) - 1;
  if (helpers < 1 || s.busy.exchange(true)) {
    for (int64_t task = 0; task < tasks; ++task) body(task);
    return;
  }
  {
    const std::unique_lock lock = lockSoon(s.mutex);
    s.stop = false;
    s.body = &body;
    s.deal(tasks, helpers + 1);
    s.cores.assign(s.threads, -1);
    s.cores[0] = currentCore();
    s.open = true;
    while (static_cast<int>(s.workers.size()) < s.threads - 1)
      s.workers.emplace_back([&s, thread = s.workers.size() + 1] { s.work(thread); });
    s.generation.fetch_add(1, std::memory_order_release);
  }
  s.published.store(s.generation.load(std::memory_order_relaxed), std::memory_order_release);
  if (helpers == 1)
    s.wake.notify_one();
  else
    s.wake.notify_all();
  s.drain(0);
  {
    const std::unique_lock lock = lockSoon(s.mutex);
    s.open = false;
  }
  // The others end soon, mostly: going to sleep and waking up would take longer.
  s.lookOut([&] { return s.active.load(std::memory_order_acquire) == 0; });
  if (s.active.load(std::memory_order_acquire) > 0) {
    std::unique_lock lock(s.mutex);
    s.done.wait(lock, [&] { return s.active == 0; });
  }
  // Nobody is inside the job any more, and nobody can join it.
  const std::exception_ptr failure = std::exchange(s.failure, nullptr);
  s.busy = false;
  if (failure) std::rethrow_exception(failure);
}

void ThreadPool::shutdown() {
  State& s = *state_;
  std::vector<std::thread> workers;
  {
    std::lock_guard lock(s.mutex);
    s.stop = true;
    s.generation.fetch_add(1, std::memory_order_release);
    std::swap(workers, s.workers);
  }
  s.wake.notify_all();
  for (std::thread& worker : workers) worker.join();
}

}  // namespace lw
