import ArgumentParser
import ArrayFiles

/// `0,5,9-20`, or a file with such a list, on any number of lines.
struct IndexList {
  private let text: String
  private let listed: [Int]?

  /// The most samples that a list names; far more than data sets have.
  private static let most = 1 << 24

  /// Takes a list, or else the name of a file, which is read later.
  init(_ text: String) throws {
    guard !text.isEmpty else { throw ValidationError("'': numbers of samples or a file are needed") }
    self.text = text
    let isList = text.utf8.allSatisfy { "0123456789,-".utf8.contains($0) }
    do throws(ListProblem) {
      listed = isList ? try IndexList.parsed(text) : nil
    } catch {
      throw ValidationError("'\(text)': \(error.message)")
    }
  }

  /// The numbers, in their order.
  ///
  /// - Throws: `FileError` for a file that cannot be read or holds anything else.
  func numbers() throws(FileError) -> [Int] {
    if let listed { return listed }
    let file = try InputFile(text)
    guard file.size <= 1 << 28 else {
      throw FileError(text, "a list of samples of \(file.size) bytes is too long")
    }
    let contents = String(decoding: try file.read(), as: UTF8.self)
    let words = contents.split { $0 == "," || $0.isWhitespace }.joined(separator: ",")
    do throws(ListProblem) {
      return try IndexList.parsed(words)
    } catch {
      throw FileError(text, "is no list of samples, as in 0,5,9-20: \(error.message)")
    }
  }

  private struct ListProblem: Error { let message: String }

  private static func parsed(_ text: String) throws(ListProblem) -> [Int] {
    var numbers: [Int] = []
    var seen: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard 1...2 ~= ends.count, let first = ends[0], let last = ends[ends.count - 1], first >= 0 else {
        throw ListProblem(message: "'\(part.prefix(40))' is neither a number nor a range such as 9-20")
      }
      guard first <= last else { throw ListProblem(message: "the range \(part) is empty") }
      guard last - first < most, numbers.count + last - first < most else {
        throw ListProblem(message: "more than \(most) samples are listed")
      }
      for number in first...last {
        guard seen.insert(number).inserted else { throw ListProblem(message: "\(number) occurs twice") }
        numbers.append(number)
      }
    }
    return numbers
  }
}
