#include "binding/convert.h"

#include <cmath>

#include "backend/cuda_library.h"
#include "binding/results.h"

namespace lw::js {
namespace {

constexpr uint32_t kMaxItems = 1u << 20;  ///< of any list in a graph
constexpr double kMaxInteger = 9007199254740991.0;

[[noreturn]] void refuse(const char* what, const char* must) {
  throw Error(Code::kArgument, std::string("native: ") + what + " must be " + must + ".");
}

Napi::Object object(const Napi::Value& value, const char* what) {
  if (!value.IsObject()) refuse(what, "an object");
  return value.As<Napi::Object>();
}

Napi::Array array(const Napi::Value& value, const char* what) {
  if (!value.IsArray()) refuse(what, "an array");
  Napi::Array list = value.As<Napi::Array>();
  if (list.Length() > kMaxItems) refuse(what, "shorter");
  return list;
}

std::string text(const Napi::Value& value, const char* what) {
  if (!value.IsString()) refuse(what, "a string");
  return value.As<Napi::String>().Utf8Value();
}

std::vector<int> ids(const Napi::Value& value, const char* what) {
  const Napi::Array list = array(value, what);
  std::vector<int> result;
  for (uint32_t i = 0; i < list.Length(); ++i)
    result.push_back(static_cast<int>(readInteger(list[i], 0, kMaxItems, what)));
  return result;
}

DType dtype(const std::string& name) {
  for (const DType candidate :
       {DType::kFloat32, DType::kFloat64, DType::kInt32, DType::kInt64, DType::kUInt8, DType::kBool})
    if (name == dtypeName(candidate)) return candidate;
  throw Error(Code::kDType, "native: there is no dtype \"" + name + "\".");
}

TensorDesc tensorDesc(const Napi::Value& value) {
  const Napi::Object entry = object(value, "a value of the graph");
  TensorDesc desc;
  desc.dtype = dtype(text(entry.Get("dtype"), "dtype"));
  const Napi::Array shape = array(entry.Get("shape"), "shape");
  for (uint32_t i = 0; i < shape.Length(); ++i)
    desc.dims.push(readInteger(shape[i], 0, static_cast<int64_t>(kMaxInteger), "a dimension"));
  desc.bytes();
  return desc;
}

Attrs::Value attribute(const Napi::Value& value) {
  if (value.IsNumber()) return value.As<Napi::Number>().DoubleValue();
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  const Napi::Array list = array(value, "an attribute that is no number, boolean or string");
  std::vector<double> numbers;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::Value item = list[i];
    if (!item.IsNumber()) refuse("an item of an attribute", "a number");
    numbers.push_back(item.As<Napi::Number>().DoubleValue());
  }
  return numbers;
}

NodeDesc nodeDesc(const Napi::Value& value) {
  const Napi::Object entry = object(value, "a node of the graph");
  NodeDesc node;
  node.op = text(entry.Get("op"), "op");
  const Napi::Value name = entry.Get("name");
  if (!name.IsUndefined()) node.label = text(name, "name");
  node.inputs = ids(entry.Get("inputs"), "inputs");
  node.outputs = ids(entry.Get("outputs"), "outputs");
  const Napi::Object attrs = object(entry.Get("attrs"), "attrs");
  const Napi::Array names = attrs.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const Napi::Value key = names[i];
    const Napi::Value item = attrs.Get(key);
    if (item.IsUndefined()) continue;
    node.attrs.set(key.ToString().Utf8Value(), attribute(item));
  }
  return node;
}

napi_typedarray_type arrayTypeOf(DType dtype) {
  switch (dtype) {
    case DType::kFloat32:
      return napi_float32_array;
    case DType::kFloat64:
      return napi_float64_array;
    case DType::kInt32:
      return napi_int32_array;
    case DType::kInt64:
      return napi_bigint64_array;
    case DType::kUInt8:
    case DType::kBool:
      return napi_uint8_array;
    case DType::kBfloat16:
      throw Error(Code::kNative, "native: no value of a graph is bfloat16.");
  }
  return napi_uint8_array;
}

Napi::TypedArray arrayOver(const Napi::ArrayBuffer& memory, DType dtype, size_t length) {
  napi_value array = nullptr;
  if (napi_create_typedarray(memory.Env(), arrayTypeOf(dtype), length, memory, 0, &array) != napi_ok)
    throw Error(Code::kNative, "native: an array of results cannot be made.");
  return Napi::TypedArray(memory.Env(), array);
}

}  // namespace

Napi::Error makeError(Napi::Env env, Code code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, codeName(code)));
  return error;
}

int64_t readInteger(const Napi::Value& value, int64_t min, int64_t max, const char* what) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : std::nan("");
  if (!(number >= static_cast<double>(min) && number <= static_cast<double>(max)) ||
      number != std::floor(number))
    throw Error(Code::kArgument, std::string("native: ") + what + " must be an integer from " +
                                     std::to_string(min) + " to " + std::to_string(max) + ".");
  return static_cast<int64_t>(number);
}

ReadGraph readGraph(const Napi::Value& value) {
  const Napi::Object graph = object(value, "the graph");
  ReadGraph result;
  const Napi::Array values = array(graph.Get("values"), "values");
  for (uint32_t i = 0; i < values.Length(); ++i) result.desc.values.push_back(tensorDesc(values[i]));
  result.desc.inputs = ids(graph.Get("inputs"), "inputs");
  result.desc.outputs = ids(graph.Get("outputs"), "outputs");
  const Napi::Array nodes = array(graph.Get("nodes"), "nodes");
  for (uint32_t i = 0; i < nodes.Length(); ++i) result.desc.nodes.push_back(nodeDesc(nodes[i]));
  const Napi::Array constants = array(graph.Get("constants"), "constants");
  for (uint32_t i = 0; i < constants.Length(); ++i) {
    const Napi::Object entry = object(constants[i], "a constant of the graph");
    const int id = static_cast<int>(readInteger(entry.Get("value"), 0, kMaxItems, "value of a constant"));
    if (static_cast<size_t>(id) >= result.desc.values.size())
      refuse("value of a constant", "one of the graph's values");
    const int64_t key =
        readInteger(entry.Get("key"), -1, static_cast<int64_t>(kMaxInteger), "key of a constant");
    const Napi::Value data = entry.Get("data");
    if (!data.IsTypedArray()) refuse("data of a constant", "a typed array");
    result.desc.constants.push_back({id, key, nullptr});
    result.data.push_back(data.As<Napi::TypedArray>());
  }
  return result;
}

void ReadGraph::resolve() {
  for (size_t i = 0; i < data.size(); ++i) {
    ConstantDesc& constant = desc.constants[i];
    constant.data = memoryOf(data[i], desc.values[constant.value], "a constant");
  }
}

Napi::Array readList(const Napi::Value& value, const char* what) { return array(value, what); }

const Backend& backendOf(const Napi::Value& value) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  for (const Backend* backend : {&cpuBackend(), &referenceBackend()})
    if (name == backend->name()) return *backend;
  if (name == "cuda") {
    static const std::vector<Gpu> found = cudaLibrary().gpus();  // or why there is none
    return cudaLibrary().backend();
  }
  throw Error(Code::kDevice, "native: there is no backend \"" + name + "\". Backends: cpu, cuda, reference.");
}

void* memoryOf(const Napi::TypedArray& array, const TensorDesc& desc, const std::string& what) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  const Napi::Env env = array.Env();
  if (napi_get_typedarray_info(env, array, &type, &length, &data, &buffer, nullptr) != napi_ok)
    throw Error(Code::kState, "native: " + what + " cannot be read.");
  bool isOwn = false;
  if (napi_is_arraybuffer(env, buffer, &isOwn) != napi_ok || !isOwn)
    throw Error(
        Code::kArgument,
        "native: " + what + " lies in a SharedArrayBuffer, which another thread may change: copy it first.");
  bool detached = false;
  if (napi_is_detached_arraybuffer(env, buffer, &detached) == napi_ok && detached)
    throw Error(Code::kState, "native: the buffer of " + what + " was transferred and is detached.");
  if (type != arrayTypeOf(desc.dtype))
    throw Error(Code::kDType,
                "native: " + what + " is not the typed array of " + dtypeName(desc.dtype) + ".");
  if (static_cast<int64_t>(length) != desc.size())
    throw Error(Code::kShape, "native: " + what + " has " + std::to_string(length) +
                                  " elements, but its shape " + desc.dims.toString() + " holds " +
                                  std::to_string(desc.size()) + ".");
  return data;
}

DType readDType(const Napi::Value& value) { return dtype(text(value, "dtype")); }

Napi::TypedArray newArray(Napi::Env env, const TensorDesc& desc) {
  const size_t length = static_cast<size_t>(desc.size()), bytes = static_cast<size_t>(desc.bytes());
  const Napi::ArrayBuffer pooled = ResultPool::instance().take(env, bytes, false);
  const Napi::ArrayBuffer memory = pooled.IsEmpty() ? Napi::ArrayBuffer::New(env, bytes) : pooled;
  return arrayOver(memory, desc.dtype, length);
}

Napi::Value pooledArray(Napi::Env env, const TensorDesc& desc) {
  const Napi::ArrayBuffer pooled = ResultPool::instance().take(env, static_cast<size_t>(desc.bytes()), true);
  if (pooled.IsEmpty()) return env.Undefined();
  return arrayOver(pooled, desc.dtype, static_cast<size_t>(desc.size()));
}

}  // namespace lw::js
