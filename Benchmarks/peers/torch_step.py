"""PGD steps in plain PyTorch: the loop that somebody writes who wants it to be fast."""

import torch
import torch.nn.functional as functional

import network


class Step:
    """Steps from the clean images, with every setting that may help."""

    def __init__(self, request, images, labels):
        self.steps, self.size = request["steps"], request["stepSize"]
        radius = request["budgets"][0]
        module = network.load(request["network"], request.get("fused", False), request["layout"])
        self.module = module.requires_grad_(False)
        self.labels = labels
        self.clean = images
        if request["layout"] == "channels_last":
            self.clean = images.to(memory_format=torch.channels_last)
        self.low, self.high = (self.clean - radius).clamp_(0, 1), (self.clean + radius).clamp_(0, 1)
        self.advance = {None: self.eager, "model": self.compiled_model, "step": self.compiled_step}[
            request.get("compile")]
        self.loss = lambda images, labels: functional.cross_entropy(module(images), labels, reduction="sum")
        if request.get("compile") == "model":
            self.compiled_loss = torch.compile(self.loss)
        if request.get("compile") == "step":
            self.compiled = torch.compile(self.whole_step)

    def eager(self, images):
        return self.update(images, self.loss)

    def compiled_model(self, images):
        return self.update(images, self.compiled_loss)

    def compiled_step(self, images):
        return self.compiled(images, self.labels, self.low, self.high)

    def update(self, images, loss):
        images.requires_grad_()
        slope, = torch.autograd.grad(loss(images, self.labels), images)
        with torch.no_grad():
            return images.detach().add_(slope.sign_(), alpha=self.size).clamp_(self.low, self.high)

    def whole_step(self, images, labels, low, high):
        slope = torch.func.grad(self.loss)(images, labels)
        return torch.clamp(images + self.size * slope.sign(), low, high)

    def run(self, request):
        images = self.clean.clone()
        for _ in range(self.steps):
            images = self.advance(images)
        self.found = images

    def result(self, request):
        return {}, self.found.contiguous()
