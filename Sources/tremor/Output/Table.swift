import ArrayFiles
import Foundation

/// Rows of text in columns: numbers to the right, words to the left.
struct Table {
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: [String]) { self.header = header }

  mutating func add(_ row: [String]) { rows.append(row.map(\.printable)) }

  /// The table with a line under its header.
  var text: String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let isNumeric = header.indices.map { column in
      rows.allSatisfy { row in row[column].first.map { $0.isNumber || $0 == "-" } ?? true }
    }
    func line(_ row: [String]) -> String {
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return isNumeric[column] ? space + cell : cell + space
      }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
  }
}

/// Facts with what they are about in front of them, in two columns.
struct Facts {
  private var lines: [(label: String, text: String)] = []

  /// Adds a line, unless there is nothing to say.
  mutating func add(_ label: String, _ text: String?) {
    if let text { lines.append((label.printable, text.printable)) }
  }

  /// The lines.
  var text: String {
    let width = lines.map(\.label.count).max() ?? 0
    return lines.map { line in
      let space = String(repeating: " ", count: width + 2 - line.label.count)
      return line.label + space + line.text
    }.joined(separator: "\n")
  }
}

/// Numbers as people read them.
enum Format {
  /// A share as a percentage with one digit.
  static func percentage(_ share: Double) -> String { fixed(share * 100, 1) }

  /// A number with this many digits after the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1) { product, _ in product * 10 }
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let scaled = Int((value * Double(scale)).rounded())
    let (whole, rest) = scaled.magnitude.quotientAndRemainder(dividingBy: UInt(scale))
    let sign = scaled < 0 ? "-" : ""
    guard digits > 0 else { return sign + String(whole) }
    let fraction = String(rest)
    return sign + String(whole) + "." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// A whole number, in powers of ten where it has more than nine digits.
  static func large(_ value: Double) -> String {
    guard value >= 1e9 else { return String(Int(value)) }
    let exponent = Int(log10(value))
    return "\(fixed(value / pow(10, Double(exponent)), 2))e\(exponent)"
  }

  /// A rate with about three digits.
  static func rate(_ value: Double) -> String { fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0) }

  /// Seconds as hours, minutes and seconds: `0:07`, `12:30`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds.isNaN ? 0 : seconds.rounded(.up)), 3_600_000))
    let (minutes, rest) = (whole / 60 % 60, whole % 60)
    func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return whole < 3_600
      ? "\(minutes):\(twoDigits(rest))" : "\(whole / 3_600):\(twoDigits(minutes)):\(twoDigits(rest))"
  }

  /// A count with a separator every three digits, as in 1,234,567.
  static func count(_ value: Int) -> String {
    var text = ""
    for (index, digit) in String(value.magnitude).reversed().enumerated() {
      if index > 0, index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + String(text.reversed())
  }

  /// Bytes in the largest unit that keeps a digit before the point.
  static func bytes(_ count: UInt64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(count)
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\(fixed(value, unit == 0 ? 0 : 1)) \(units[unit])"
  }
}
