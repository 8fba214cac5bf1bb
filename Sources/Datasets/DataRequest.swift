/// Which samples of a data set are read, and how.
public struct DataRequest: Hashable, Sendable {
  /// The most samples, counted after every other choice; nil for all.
  public var limit: Int?
  /// The numbers of the samples, counted from 0, in the order in which they are wanted; nil for all.
  public var indices: [Int]?
  /// The classes whose samples are wanted, each by its name or its label; empty for all.
  public var classes: [String] = []
  /// A file with the names of the classes, one a line, the line number being the label; nil for none.
  public var classList: String?
  /// How the axes of images in arrays are ordered; nil if the arrays are taken as they are.
  public var layout: ArrayLayout?
  /// Where floats in arrays lie, which are brought to 0...1; nil if they are taken as they are.
  public var range: ClosedRange<Double>?
  /// How image files come to one size; nil if they have it.
  public var resizing: ImageResizing?

  /// Asks for everything, as it is, or for the first samples.
  public init(limit: Int? = nil) { self.limit = limit.map { max(0, $0) } }

  /// How many samples must be read from the first on, so that all that are wanted are there; nil for all.
  var rows: Int? {
    guard classes.isEmpty else { return nil }
    guard let indices else { return limit }
    return (indices.prefix(limit ?? .max).max() ?? -1) + 1
  }

  /// Whether it is not simply the first samples that are wanted.
  var isChoice: Bool { indices != nil || !classes.isEmpty }
}

/// The order of the axes of images in arrays.
public enum ArrayLayout: String, Hashable, Sendable, Codable, CaseIterable {
  /// Channels first, `[N, C, H, W]`.
  case nchw
  /// Channels last, `[N, H, W, C]`.
  case nhwc
}
