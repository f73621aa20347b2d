#include <Eigen/src/Core/util/Macros.h>
#include <napi.h>

#include "backend/cpu/limits.h"
#include "backend/cuda_library.h"
#include "base/buffer.h"
#include "base/cores.h"
#include "base/cpu_info.h"
#include "base/thread_pool.h"
#include "binding/convert.h"
#include "binding/device_memory.h"
#include "binding/handle.h"
#include "binding/jobs.h"
#include "binding/results.h"

namespace lw::js {
namespace {

/// The count of environments decides when the threads end.
std::atomic<int> g_environments{0};

/// Whoever packs so much has just made or read the weights of a model, and what that took for a while lies
/// in holes of the allocator's heap.
constexpr int64_t kManyBytes = int64_t{16} << 20;

Precision precisionOf(const Napi::Value& value) {
  if (value.IsUndefined()) return Precision::kFloat32;
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  for (const Precision precision : {Precision::kFloat32, Precision::kBfloat16, Precision::kTf32})
    if (name == precisionName(precision)) return precision;
  throw Error(Code::kArgument,
              "native: precision must be float32, tf32 or bfloat16. Received \"" + name + "\".");
}

Napi::Value createStore(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return wrap(info.Env(), std::make_shared<MapStore>(), kStoreTag); });
}

Napi::Value compile(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    ReadGraph graph = readGraph(info[0]);
    if (!info[1].IsObject()) throw Error(Code::kArgument, "native: compile takes a graph and options.");
    const Napi::Object options = info[1].As<Napi::Object>();
    const Target target{backendOf(options.Get("backend")), precisionOf(options.Get("precision"))};
    const Napi::Value storeValue = options.Get("store"), batchValue = options.Get("batch");
    auto store = storeValue.IsUndefined() ? std::make_shared<MapStore>()
                                          : unwrap<MapStore>(storeValue, kStoreTag, "store");
    const int64_t batch =
        batchValue.IsUndefined() ? 0 : readInteger(batchValue, 0, int64_t{1} << 40, "batch");
    graph.resolve();
    const int64_t before = store->bytes();
    auto plan = memoriesOf(info.Env()).withRoom([&] {
      return std::make_shared<const Plan>(graph.desc, target, store, batch);
    });
    const int64_t packed = store->bytes() - before, bytes = plan->arenaBytes() + packed;
    const Napi::Object handle =
        wrap(info.Env(), std::make_shared<PlanHandle>(std::move(plan)), kPlanTag, bytes);
    if (packed >= kManyBytes)
      trimHeap();  // last: V8 may have collected garbage when it was told of the bytes
    return handle;
  });
}

/// The memory of operands, `name` being what they are to a plan that `verb`s them; `there` is told which lie
/// on a device.
template <typename Pointer>
std::vector<Pointer> lookUp(const std::vector<GivenOperand>& given, const std::vector<TensorDesc>& descs,
                            const std::string& name, const char* verb, std::vector<bool>& there) {
  if (given.size() != descs.size())
    throw Error(Code::kArgument, std::string("native: the plan ") + verb + " " +
                                     std::to_string(descs.size()) + " " + name + "s. Received " +
                                     std::to_string(given.size()) + ".");
  std::vector<Pointer> result;
  result.reserve(given.size());
  for (size_t i = 0; i < given.size(); ++i) {
    result.push_back(given[i].resolve(descs[i], name + " " + std::to_string(i)));
    if (given[i].memory == nullptr) continue;
    there.resize(given.size());
    there[i] = true;
  }
  return result;
}

/// Runs a plan on this thread: info holds the plan, the inputs and the outputs.
void runNow(const Napi::CallbackInfo& info, const Plan& plan, NodeTimes* times) {
  const auto inputs = readOperands(info[1], "inputs"), outputs = readOperands(info[2], "outputs");
  OnDevice there;
  const auto in = lookUp<const void*>(inputs, plan.inputs(), "input", "takes", there.in);
  const auto out = lookUp<void*>(outputs, plan.outputs(), "output", "gives", there.out);
  memoriesOf(info.Env()).withRoom([&] { plan.run(in, out, nullptr, times, there); });
}

Napi::Value run(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto handle = unwrap<PlanHandle>(info[0], kPlanTag, "plan");
    runNow(info, *handle->plan, nullptr);
    return info.Env().Undefined();
  });
}

Napi::Value profile(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto handle = unwrap<PlanHandle>(info[0], kPlanTag, "plan");
    NodeTimes times(handle->plan->nodes());
    runNow(info, *handle->plan, &times);
    Napi::Float64Array result = Napi::Float64Array::New(info.Env(), times.size());
    for (size_t i = 0; i < times.size(); ++i) result[i] = times.milliseconds(i);
    return result;
  });
}

Napi::Value start(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto handle = unwrap<PlanHandle>(info[0], kPlanTag, "plan");
    const auto inputs = readOperands(info[1], "inputs");
    if (!info[2].IsFunction())
      throw Error(Code::kArgument, "native: start takes a plan, inputs and a callback.");
    std::vector<GivenOperand> outputs;
    if (!info[3].IsUndefined()) outputs = readOperands(info[3], "outputs");
    const Plan& plan = *handle->plan;
    JobOperands operands;
    operands.in = lookUp<const void*>(inputs, plan.inputs(), "input", "takes", operands.there.in);
    if (!outputs.empty())
      operands.out = lookUp<void*>(outputs, plan.outputs(), "output", "gives", operands.there.out);
    for (const auto& list : {inputs, outputs})
      for (const GivenOperand& operand : list)
        if (operand.memory != nullptr) operands.held.push_back(operand.memory);
    const void* owner = info.Env().GetInstanceData<Environment>();
    return wrap(info.Env(),
                startJob(info.Env(), handle, std::move(operands), info[2].As<Napi::Function>(), owner),
                kJobTag);
  });
}

Napi::Value openResults(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const int64_t least = readInteger(info[0], 1, int64_t{1} << 52, "minBytes");
    const int64_t most = readInteger(info[1], 0, int64_t{1} << 52, "maxBytes");
    ResultPool::instance().open(info.Env(), static_cast<size_t>(least), static_cast<size_t>(most));
    return info.Env().Undefined();
  });
}

Napi::Value result(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    TensorDesc desc{readDType(info[0]), {}};
    desc.dims.push(readInteger(info[1], 0, int64_t{1} << 52, "length"));
    return pooledArray(info.Env(), desc);
  });
}

Napi::Value endTurn(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    ResultPool::instance().endTurn(info.Env());
    return info.Env().Undefined();
  });
}

Napi::Value trimResults(const Napi::CallbackInfo& info) {
  return guarded(info.Env(),
                 [&] { return Napi::Boolean::New(info.Env(), ResultPool::instance().trim(info.Env())); });
}

Napi::Value cancel(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    unwrap<Job>(info[0], kJobTag, "job")->cancelled = true;
    return info.Env().Undefined();
  });
}

Napi::Array strings(Napi::Env env, const std::vector<std::string>& items) {
  const Napi::Array list = Napi::Array::New(env, items.size());
  for (uint32_t i = 0; i < items.size(); ++i) list.Set(i, items[i]);
  return list;
}

Napi::Array shapes(Napi::Env env, const std::vector<Dims>& items) {
  const Napi::Array list = Napi::Array::New(env, items.size());
  for (uint32_t i = 0; i < items.size(); ++i) {
    const Napi::Array shape = Napi::Array::New(env, static_cast<size_t>(items[i].rank()));
    for (int axis = 0; axis < items[i].rank(); ++axis)
      shape.Set(static_cast<uint32_t>(axis), static_cast<double>(items[i][axis]));
    list.Set(i, shape);
  }
  return list;
}

Napi::Value planInfo(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto handle = unwrap<PlanHandle>(info[0], kPlanTag, "plan");
    const std::vector<NodeInfo> nodes = handle->plan->describe();
    const Napi::Array list = Napi::Array::New(info.Env(), nodes.size());
    for (uint32_t i = 0; i < nodes.size(); ++i) {
      const Napi::Object node = Napi::Object::New(info.Env());
      node.Set("op", nodes[i].op);
      node.Set("name", nodes[i].label);
      node.Set("algorithm", nodes[i].algorithm);
      node.Set("kernel", nodes[i].kernel);
      node.Set("fused", strings(info.Env(), nodes[i].fused));
      node.Set("inputs", shapes(info.Env(), nodes[i].inputs));
      node.Set("outputs", shapes(info.Env(), nodes[i].outputs));
      node.Set("flops", nodes[i].flops);
      node.Set("bytes", static_cast<double>(nodes[i].bytes));
      node.Set("segment", nodes[i].segment);
      node.Set("mode", nodes[i].mode);
      list.Set(i, node);
    }
    const Napi::Object result = Napi::Object::New(info.Env());
    result.Set("nodes", list);
    result.Set("arenaBytes", static_cast<double>(handle->plan->arenaBytes()));
    result.Set("packedBytes", static_cast<double>(handle->plan->packedBytes()));
    result.Set("samplesAtOnce", static_cast<double>(handle->plan->part()));
    result.Set("values", handle->plan->values());
    return result;
  });
}

Napi::Value machineInfo(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Napi::Env env = info.Env();
    const CpuInfo& cpu = cpuInfo();
    std::vector<std::string> available;
    for (const Isa isa : {Isa::kBaseline, Isa::kAvx2, Isa::kAvx512})
      if (isa <= cpu.best) available.push_back(isaName(isa));
    const Napi::Object caches = Napi::Object::New(env);
    caches.Set("l1", static_cast<double>(cpu.l1));
    caches.Set("l2", static_cast<double>(cpu.l2));
    caches.Set("l3", static_cast<double>(cpu.l3));
    const Napi::Object result = Napi::Object::New(env);
    result.Set("isa", isaName(cpu.chosen));
    result.Set("isaAvailable", strings(env, available));
    result.Set("cpuFeatures", strings(env, cpu.features));
    if (cpu.bf16 == Bf16Isa::kNone)
      result.Set("bfloat16", env.Null());
    else
      result.Set("bfloat16", bf16IsaName(cpu.bf16));
    result.Set("threads", ThreadPool::instance().threads());
    result.Set("coresAvailable", coresAvailable());
    result.Set("cacheBytes", caches);
    result.Set("eigen", std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) +
                            "." + std::to_string(EIGEN_MINOR_VERSION));
    result.Set("backends", strings(env, {"cpu", "cuda", "reference"}));
    result.Set("compiler", __VERSION__);
    result.Set("allocations", static_cast<double>(allocationCount()));
    result.Set("arenaBytes", static_cast<double>(allocatedBytes()));
    const Napi::Object results = Napi::Object::New(env);
    results.Set("lent", static_cast<double>(ResultPool::instance().lentBytes()));
    results.Set("idle", static_cast<double>(ResultPool::instance().idleBytes()));
    result.Set("resultBytes", results);
    return result;
  });
}

/// The GPUs, or why there are none to use.
Napi::Value gpus(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Napi::Env env = info.Env();
    const Napi::Object result = Napi::Object::New(env);
    const Napi::Array list = Napi::Array::New(env);
    std::string reason;
    try {
      for (const Gpu& gpu : cudaLibrary().gpus()) {
        const Napi::Object item = Napi::Object::New(env);
        item.Set("name", gpu.name);
        item.Set("computeCapability", std::to_string(gpu.major) + "." + std::to_string(gpu.minor));
        item.Set("multiprocessors", gpu.multiprocessors);
        item.Set("totalBytes", static_cast<double>(gpu.totalBytes));
        item.Set("freeBytes", static_cast<double>(gpu.freeBytes));
        item.Set("usedBytes", static_cast<double>(gpu.usedBytes));
        list.Set(list.Length(), item);
      }
    } catch (const Error& error) {
      reason = error.what();
    }
    result.Set("gpus", list);
    result.Set("reason", reason);
    return result;
  });
}

Napi::Value machineLimits(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const Limits measured = measureLimits();
    const Napi::Object result = Napi::Object::New(info.Env());
    result.Set("peakGflops", measured.peakGflops);
    result.Set("copyGBs", measured.copyGBs);
    return result;
  });
}

Napi::Value setNumThreads(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    ThreadPool::instance().setThreads(static_cast<int>(readInteger(info[0], 1, 1024, "threads")));
    return info.Env().Undefined();
  });
}

Napi::Value getNumThreads(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Number::New(info.Env(), ThreadPool::instance().threads()); });
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment{std::make_shared<DeviceMemories>(env)};
  env.SetInstanceData(environment);
  ++g_environments;
  // Runs before the environment's references are freed, at worker termination and at process.exit() alike.
  env.AddCleanupHook(
      [](Environment* dying) {
        Executor::drainAll(dying);
        if (--g_environments > 0) return;
        Executor::shutdownAll();
        try {
          ThreadPool::instance().shutdown();
        } catch (const Error&) {
          // LAYERWISE_NUM_THREADS was refused, so there never was a pool; whoever asked for it has been told.
        }
        if (Trace* trace = Trace::active()) trace->write();
      },
      environment);
  exportMemory(env, exports);
  exports.Set("createStore", Napi::Function::New<createStore>(env, "createStore"));
  exports.Set("compile", Napi::Function::New<compile>(env, "compile"));
  exports.Set("run", Napi::Function::New<run>(env, "run"));
  exports.Set("profile", Napi::Function::New<profile>(env, "profile"));
  exports.Set("start", Napi::Function::New<start>(env, "start"));
  exports.Set("openResults", Napi::Function::New<openResults>(env, "openResults"));
  exports.Set("result", Napi::Function::New<result>(env, "result"));
  exports.Set("endTurn", Napi::Function::New<endTurn>(env, "endTurn"));
  exports.Set("trimResults", Napi::Function::New<trimResults>(env, "trimResults"));
  exports.Set("cancel", Napi::Function::New<cancel>(env, "cancel"));
  exports.Set("planInfo", Napi::Function::New<planInfo>(env, "planInfo"));
  exports.Set("info", Napi::Function::New<machineInfo>(env, "info"));
  exports.Set("gpus", Napi::Function::New<gpus>(env, "gpus"));
  exports.Set("limits", Napi::Function::New<machineLimits>(env, "limits"));
  exports.Set("setNumThreads", Napi::Function::New<setNumThreads>(env, "setNumThreads"));
  exports.Set("getNumThreads", Napi::Function::New<getNumThreads>(env, "getNumThreads"));
  return exports;
}

}  // namespace
}  // namespace lw::js

static Napi::Object registerAddon(Napi::Env env, Napi::Object exports) { return lw::js::init(env, exports); }
NODE_API_MODULE(layerwise, registerAddon)
