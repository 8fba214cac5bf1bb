import ArrayFiles
import Compute

/// A value of a model's graph while the graph is traced.
///
/// The file's element types are wider than a device's: integers of any width are traced as `int32` (unsigned bytes
/// too, so that arithmetic does not wrap by accident), floating-point numbers of any width as `float32`, truth values
/// as `bool`. `element` remembers what the file says, for casts and for outputs.
struct ImportedValue {
  /// The element type by the rules of ONNX.
  let element: ArrayElement
  /// The symbol.
  let tensor: Tensor
  /// The elements where they are known while tracing: they depend on shapes and constants alone.
  let known: StoredArray?
  /// The same whole numbers as `float32`, where they were rounded from others: derivatives pass through as if they had
  /// not been, straight to what was quantised.
  let real: Tensor?

  init(_ tensor: Tensor, _ element: ArrayElement, known: StoredArray? = nil, real: Tensor? = nil) {
    self.tensor = tensor
    self.element = element
    self.known = known
    self.real = real
  }

  /// Whole numbers that are held as `float32`.
  init(whole real: Tensor, _ element: ArrayElement) {
    self.init(real.cast(to: .int32), element, real: real)
  }
}
