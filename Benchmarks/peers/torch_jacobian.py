"""Every row of the Jacobian of the logits for a batch, in the ways that PyTorch offers."""

import torch
from torch.func import jacrev, vmap

import network


class Jacobian:
    def __init__(self, request, images, labels):
        module = network.load(request["network"], request.get("fused", False), request["layout"])
        self.module = module.requires_grad_(False)
        self.images = images
        if request["layout"] == "channels_last":
            self.images = images.to(memory_format=torch.channels_last)
        chunk = request.get("chunk")
        single = jacrev(lambda image: module(image[None])[0], chunk_size=chunk)
        together = jacrev(lambda images: module(images).sum(0), chunk_size=chunk)
        self.rows = {
            # As the documentation shows: the Jacobian of one sample, mapped over the batch.
            "vmap(jacrev)": lambda: vmap(single)(self.images),
            # Samples do not depend on each other: the rows of the batch's sum are those of the samples.
            "jacrev(sum)": lambda: together(self.images).transpose(0, 1),
            "autograd.grad": self.row_by_row,
        }[request["form"]]
        if request.get("compile"):
            self.rows = torch.compile(self.rows)

    def row_by_row(self):
        images = self.images.detach().requires_grad_()
        sums = self.module(images).sum(0)
        rows = [torch.autograd.grad(total, images, retain_graph=True)[0] for total in sums]
        return torch.stack(rows, 1)

    def run(self, request):
        self.found = self.rows().detach()

    def result(self, request):
        return {}, self.found.contiguous()
