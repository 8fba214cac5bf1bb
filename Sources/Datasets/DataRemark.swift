import ArrayFiles

/// Something that was decided while data were read, and that their user should know.
public struct DataRemark: Hashable, Sendable, Codable {
  /// What kind it is, for scripts.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// Folders of classes named by numbers were put in the order of the numbers.
    case numericClasses
    /// The labels come from a list of classes in the folder.
    case classList
    /// There is one class only.
    case singleClass
    /// Files that are no images were passed over.
    case passedOver
    /// Images lie in a folder within that of their class.
    case nestedImages
    /// Gray images became colour images.
    case grayRepeated
    /// Images in four inks became colour images.
    case inksConverted
    /// Labels were not stored one number a sample.
    case labelForm
    /// Floats look as if they lay in another range.
    case suspiciousRange
  }

  /// Which.
  public let kind: Kind
  /// What it is and what it means, in one line without control characters.
  public let message: String

  /// Makes a remark.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message.printable
  }
}
