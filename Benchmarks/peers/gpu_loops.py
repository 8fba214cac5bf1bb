"""PGD on a CUDA device in every way that PyTorch offers: eager, compiled, and as a CUDA graph of one step."""

import torch
import torch.nn.functional as functional

import network

# Name, layout, whether cuDNN tries its algorithms, whether batch-norm is merged, how a step is run.
SETTINGS = [
    ("eager", "contiguous", False, False, "eager"),
    ("eager, channels_last, cudnn.benchmark", "channels_last", True, False, "eager"),
    ("eager, channels_last, cudnn.benchmark, batch-norm merged", "channels_last", True, True, "eager"),
    ("eager, contiguous, cudnn.benchmark, batch-norm merged", "contiguous", True, True, "eager"),
    ("CUDA graph, channels_last, cudnn.benchmark, batch-norm merged", "channels_last", True, True, "graph"),
    ("CUDA graph, contiguous, cudnn.benchmark, batch-norm merged", "contiguous", True, True, "graph"),
    ("torch.compile, channels_last, cudnn.benchmark, batch-norm merged", "channels_last", True, True,
     "compile"),
]


class Loop:
    """Steps of PGD on a batch whose tensors stay where they are, as a CUDA graph demands."""

    def __init__(self, path, images, labels, setting, device):
        self.title, layout, self.tries, fused, self.way = setting
        self.cuda = device.type == "cuda"
        module = network.load(path, fused, layout).to(device).requires_grad_(False)
        kind = torch.channels_last if layout == "channels_last" else torch.contiguous_format
        self.module = module
        self.clean = images.to(device).contiguous(memory_format=kind)
        self.labels = labels.to(device)
        self.current, self.low, self.high = (torch.empty_like(self.clean) for _ in range(3))
        self.correct = torch.empty(len(labels), dtype=torch.bool, device=device)
        self.size = torch.zeros((), device=device)
        self.loss = self.total
        if self.way == "compile":
            self.loss = torch.compile(self.total)
        self.graph = None

    def total(self, images, labels):
        logits = self.module(images)
        return functional.cross_entropy(logits, labels, reduction="sum"), logits

    def step(self):
        """One step; `correct` tells whether the images before it were classified rightly."""
        images = self.current.detach().requires_grad_()
        loss, logits = self.loss(images, self.labels)
        slope, = torch.autograd.grad(loss, images)
        with torch.no_grad():
            self.correct.copy_(logits.argmax(1) == self.labels)
            self.current.copy_(torch.clamp(images + self.size * slope.sign(), self.low, self.high))

    def begin(self, radius, size, random=False):
        torch.backends.cudnn.benchmark = self.tries
        self.size.fill_(size)
        torch.clamp(self.clean - radius, 0, 1, out=self.low)
        torch.clamp(self.clean + radius, 0, 1, out=self.high)
        self.current.copy_(self.clean)
        if random:
            self.current.add_(torch.empty_like(self.clean).uniform_(-radius, radius)).clamp_(0, 1)

    def capture(self):
        """Records one step, after a few on a stream of their own, as PyTorch's documentation asks."""
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                self.step()
        torch.cuda.current_stream().wait_stream(stream)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.step()

    def prepare(self, radius, size):
        self.begin(radius, size)
        if self.way == "graph":
            if not self.cuda:
                raise RuntimeError("a CUDA graph needs CUDA")
            self.capture()
        self.advance(3)
        self.wait()

    def advance(self, steps):
        one = self.graph.replay if self.graph else self.step
        for _ in range(steps):
            one()

    def wait(self):
        if self.cuda:
            torch.cuda.synchronize()

    def evaluate(self, budgets, steps, restarts):
        """Samples of the batch that stand at each budget, by any image seen, the last included."""
        standing = []
        for radius in budgets:
            stands = torch.ones_like(self.correct)
            for _ in range(restarts):
                self.begin(radius, radius / 4, random=True)
                for _ in range(steps):
                    self.advance(1)
                    stands &= self.correct
                with torch.no_grad():
                    stands &= self.module(self.current).argmax(1) == self.labels
            with torch.no_grad():
                stands &= self.module(self.clean).argmax(1) == self.labels
            standing.append(stands.sum().item())
        return standing
