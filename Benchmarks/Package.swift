// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// A package of its own, so that what only measures is no dependency of the product.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "tremor", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    // What `make bench` runs, and what compares its reports.
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Attacks", "Benchmarking", "Compute", "DeviceSelection", "Networks", "Training",
      ].map { .product(name: $0, package: "tremor") } + [
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ],
      swiftSettings: settings),
    // Tremor's side of the comparison with PyTorch and its libraries.
    .executableTarget(
      name: "driver",
      dependencies: [
        "ArrayFiles", "Attacks", "Compute", "DeviceSelection", "Networks", "ONNX", "Training",
      ].map { .product(name: $0, package: "tremor") },
      swiftSettings: [.swiftLanguageMode(.v6)]),
  ]
)
