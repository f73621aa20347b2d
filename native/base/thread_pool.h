#pragma once

#include <cstdint>

#include "base/function_ref.h"

namespace lw {

/// The process's one pool, shared by all workers. Threads start at the first parallel run and sleep between
/// runs.
class ThreadPool {
 public:
  static ThreadPool& instance();
  int threads() const;
  /// 1 to 1024. Throws Error(kArgument) otherwise.
  void setThreads(int threads);
  /// Calls body(0 .. tasks-1) on the calling thread and the pool's, each of which begins with tasks of its
  /// own: neighbours, the same in every call of as many. When another caller has the pool, this one does its
  /// tasks alone: nobody waits for anybody. Exceptions of tasks are rethrown here.
  void parallelFor(int64_t tasks, FunctionRef<void(int64_t)> body);
  /// Ends and joins the threads; a later parallelFor starts them again.
  void shutdown();

  /// While one exists the threads expect more work, and watch for it longer before they sleep.
  class Burst {
   public:
    Burst();
    ~Burst();
    Burst(const Burst&) = delete;
    Burst& operator=(const Burst&) = delete;
  };

 private:
  ThreadPool();
  struct State;
  State*
      state_;  // leaked on purpose: a static destructor must not race with threads of other libraries at exit
};

}  // namespace lw
