"""Steps of training on one batch in PyTorch."""

import torch
import torch.nn.functional as functional

import network


class Training:
    def __init__(self, request, images, labels):
        module = network.load(request["network"], False, request["layout"], training=True)
        self.steps, self.images, self.labels, self.losses = request["steps"], images, labels, []
        if request["layout"] == "channels_last":
            self.images = images.to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.SGD(
            module.parameters(), lr=request["rate"], momentum=request["momentum"],
            **{request["optimizer"]: True})
        self.loss = lambda images, labels: functional.cross_entropy(module(images), labels)
        if request.get("compile"):
            self.loss = torch.compile(self.loss)

    def run(self, request):
        for _ in range(self.steps):
            loss = self.loss(self.images, self.labels)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
        self.losses.append(loss.item())

    def result(self, request):
        return {"losses": self.losses}, None
