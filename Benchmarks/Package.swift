// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what only measures is no dependency of the product.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "tremor", path: "..")],
  targets: [
    .executableTarget(
      name: "step",
      dependencies: [
        .product(name: "Compute", package: "tremor"), .product(name: "CPUBackend", package: "tremor"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
