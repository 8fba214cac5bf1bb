import ArrayFiles

/// The folders of classes within a folder, and which label each has.
struct ClassFolders {
  /// The names of the classes by label.
  private(set) var classNames: [String]
  /// The folders in the order of their labels.
  private(set) var folders: [(name: RawPath, label: Int32)]
  private(set) var remarks: [DataRemark] = []

  /// Orders folders.
  ///
  /// With a list, a folder's label is the number of the line with its name; folders named by numbers may also be the
  /// line numbers themselves. Without, names that are all numbers are in the order of the numbers, others in that of
  /// their bytes.
  ///
  /// - Parameters:
  ///   - names: In the order of their bytes, one or more.
  ///   - folder: What errors and remarks call the folder around them.
  init(_ names: [RawPath], in folder: String, list: ClassList?) throws(FileError) {
    let numbers = try ClassFolders.numbers(names, folder)
    if let list {
      (classNames, folders) = (list.names, try ClassFolders.listed(names, numbers, list, folder))
      return
    }
    var ordered = names
    if let numbers {
      ordered = zip(names, numbers).sorted { $0.1 < $1.1 }.map(\.0)
      if let remark = ClassFolders.remark(names, ordered, numbers.sorted(), folder) { remarks.append(remark) }
    }
    classNames = ordered.map(\.text)
    folders = ordered.enumerated().map { ($1, Int32($0)) }
    if names.count == 1 {
      remarks.append(
        DataRemark(
          .singleClass, "\(folder): holds one folder, '\(names[0].text)', so every image has label 0"))
    }
  }

  /// The numbers that the names are; nil unless all are some.
  private static func numbers(_ names: [RawPath], _ folder: String) throws(FileError) -> [Int]? {
    var numbers: [Int] = []
    for name in names {
      guard name.bytes.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(name.text) else { return nil }
      numbers.append(number)
    }
    for (index, number) in numbers.enumerated() {
      if let first = numbers[..<index].firstIndex(of: number) {
        throw FileError(
          folder,
          "the folders '\(names[first].text)' and '\(names[index].text)' are the same number; say with "
            + "--classes which labels they have")
      }
    }
    return numbers
  }

  private static func listed(
    _ names: [RawPath], _ numbers: [Int]?, _ list: ClassList, _ folder: String
  ) throws(FileError) -> [(name: RawPath, label: Int32)] {
    let lines = Dictionary(list.lines.enumerated().map { ($1, $0) }) { first, _ in first }
    if let numbers, names.allSatisfy({ lines[$0] == nil }) {
      if let index = numbers.firstIndex(where: { $0 >= list.lines.count }) {
        throw FileError(
          list.path, "names \(list.lines.count) classes, and \(folder) has the folder '\(names[index].text)'")
      }
      return zip(names, numbers).map { ($0, Int32($1)) }.sorted { $0.1 < $1.1 }
    }
    var folders: [(name: RawPath, label: Int32)] = []
    for name in names {
      guard let line = lines[name] else {
        throw FileError(
          list.path,
          "has no line '\(name.text)', which is a folder of \(folder); one folder name a line is "
            + "needed, in the order of the labels")
      }
      folders.append((name, Int32(line)))
    }
    return folders.sorted { $0.label < $1.label }
  }

  /// Says what the order is where another could have been meant.
  private static func remark(
    _ names: [RawPath], _ ordered: [RawPath], _ numbers: [Int], _ folder: String
  ) -> DataRemark? {
    let areLabels = numbers == Array(0..<numbers.count)
    guard ordered != names || !areLabels else { return nil }
    var text = "\(folder): the folders are named by numbers and are in the order of these"
    if ordered != names {
      text +=
        ", not of text, in which '\(names[index(names, ordered)].text)' would come before "
        + "'\(ordered[index(names, ordered)].text)'"
    }
    if !areLabels {
      let place = numbers.indices.first { numbers[$0] != $0 } ?? 0
      text += "; folder '\(ordered[place].text)' has label \(place)"
    }
    return DataRemark(.numericClasses, text + "; --classes FILE gives another order")
  }

  /// The first place at which two orders differ.
  private static func index(_ names: [RawPath], _ ordered: [RawPath]) -> Int {
    names.indices.first { names[$0] != ordered[$0] } ?? 0
  }
}
