#pragma once

#include <napi.h>

#include <atomic>
#include <cstddef>
#include <vector>

#include "base/buffer.h"

namespace lw::js {

/// Memory of large results, lent to array buffers of JavaScript and lent again when JavaScript cannot reach
/// it any more, so that a steady state asks the system for no pages.
///
/// Memory comes back when the finaliser of its array buffer ran, which Node calls from the event loop however
/// long ago the buffer died; or when, inside one call of the pool, the array buffer was alive and attached
/// and later dead: no JavaScript ran in between that could have moved the memory to another array buffer, as
/// a transfer does. The second way serves loops that never return to the event loop. For it, the results of
/// synchronous calls are held until the turn of the event loop ends, and let go only while the pool looks.
///
/// It serves the main thread only. An environment that ends (a worker's) calls finalisers early, also of
/// memory that was transferred to another thread and lives on; the main thread ends with the process. Its
/// functions are called on the main thread, the byte counts on any.
class ResultPool {
 public:
  static ResultPool& instance();
  /// Results of `env` of `minBytes` and more lie in the pool while all it holds is at most `maxBytes`.
  void open(Napi::Env env, size_t minBytes, size_t maxBytes);
  /// An array buffer of this size over memory with any content. Empty when ordinary memory has to do: a small
  /// result, a full pool, another thread, or a runtime that allows no external memory. `hold`: the result of
  /// a synchronous call; `endTurn` follows.
  Napi::ArrayBuffer take(napi_env env, size_t bytes, bool hold);
  /// The event loop runs again: from now on finalisers do.
  void endTurn(napi_env env);
  /// Frees what is idle, unless something was taken since the last call. True when the pool is empty.
  bool trim(napi_env env);

  size_t lentBytes() const { return lentBytes_; }
  size_t idleBytes() const { return idleBytes_; }

 private:
  struct Lease;

  Buffer reuse(size_t bytes);
  bool makeRoom(size_t bytes);
  bool mayHold(size_t bytes) const;
  void collect(napi_env env, size_t bytes);
  Napi::ArrayBuffer lend(napi_env env, Buffer memory, size_t bytes, bool hold);
  bool movedOut(napi_env env, const Lease& lease, napi_value& array);
  template <typename F>
  void watch(napi_env env, F&& act);
  void drop(Lease* lease);
  void keep(Buffer memory);
  static void finalise(napi_env env, void* data, void* hint);

  napi_env env_ = nullptr;  ///< the environment that it serves
  Napi::FunctionReference transfer_;
  size_t minBytes_ = 0, maxBytes_ = 0;
  size_t sinceWatch_ = 0;                   ///< lent since it was looked for what has died
  size_t sinceCollect_ = 0, patience_ = 0;  ///< refused since everything was collected, and until it is again
  size_t heldBytes_ = 0;                    ///< lent in this turn of the event loop, and not back
  bool awake_ = false;                      ///< something was taken since the last trim
  std::vector<Lease*> lent_;
  std::vector<Buffer> idle_;  ///< oldest first
  std::atomic<size_t> lentBytes_{0}, idleBytes_{0};
};

}  // namespace lw::js
