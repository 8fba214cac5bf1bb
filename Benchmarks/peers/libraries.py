"""PGD of other libraries, called as their documentation calls them."""

import numpy
import torch

import network


class TorchAttacks:
    def __init__(self, request, images, labels):
        import torchattacks

        self.images, self.labels = images, labels
        module = network.load(request["network"], request.get("fused", False), request["layout"])
        self.attack = torchattacks.PGD(
            module, eps=request["budgets"][0], alpha=request["stepSize"], steps=request["steps"],
            random_start=False)

    def run(self, request):
        self.found = self.attack(self.images, self.labels)

    def result(self, request):
        return {}, self.found.contiguous()


class Foolbox:
    def __init__(self, request, images, labels):
        import foolbox

        self.images, self.labels, self.radius = images, labels, request["budgets"][0]
        module = network.load(request["network"], request.get("fused", False), request["layout"])
        self.model = foolbox.PyTorchModel(module, bounds=(0, 1), device="cpu")
        self.attack = foolbox.attacks.LinfPGD(
            abs_stepsize=request["stepSize"], steps=request["steps"], random_start=False)

    def run(self, request):
        _, self.found, _ = self.attack(self.model, self.images, self.labels, epsilons=self.radius)

    def result(self, request):
        return {}, self.found.contiguous()


class Toolbox:
    """The Adversarial Robustness Toolbox, which takes and gives arrays of NumPy."""

    def __init__(self, request, images, labels):
        from art.attacks.evasion import ProjectedGradientDescent
        from art.estimators.classification import PyTorchClassifier

        self.images, self.labels = images.numpy(), labels.numpy()
        module = network.load(request["network"], request.get("fused", False), request["layout"])
        classifier = PyTorchClassifier(
            module, loss=torch.nn.CrossEntropyLoss(), input_shape=self.images.shape[1:], nb_classes=10,
            clip_values=(0, 1), device_type="cpu")
        self.attack = ProjectedGradientDescent(
            classifier, norm=numpy.inf, eps=request["budgets"][0], eps_step=request["stepSize"],
            max_iter=request["steps"], num_random_init=0, batch_size=len(self.images), verbose=False)

    def run(self, request):
        self.found = self.attack.generate(x=self.images, y=self.labels)

    def result(self, request):
        return {}, torch.from_numpy(self.found)


class Watched(torch.nn.Module):
    """A network that notes which samples of a batch were ever misclassified; this costs next to nothing."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def begin(self, labels):
        self.labels, self.fallen = labels, torch.zeros(len(labels), dtype=torch.bool)

    def forward(self, images):
        logits = self.module(images)
        with torch.no_grad():
            self.fallen |= logits.argmax(1) != self.labels
        return logits


class Evaluation:
    """Robust accuracy by torchattacks: for each budget and restart every batch, one after the other.

    A run covers one budget, the one whose index it is given. Counted are the samples that stand at every
    image that the attack has asked about, as Tremor counts, and those that stand at the last, as users do.
    """

    def __init__(self, request, images, labels):
        self.request, self.batch = request, request["batch"]
        self.images, self.labels = images, labels
        module = network.load(request["network"], request.get("fused", False), request["layout"])
        # The attack gives a model back in the mode in which it got it.
        self.watched = Watched(module).eval()
        self.any, self.last, self.clean = {}, {}, None
        torch.manual_seed(0)

    def run(self, request):
        index = request["budget"]
        counts = [self.standing(self.request["budgets"][index], *pair) for pair in
                  zip(self.images.split(self.batch), self.labels.split(self.batch))]
        self.any[index], self.last[index], self.clean = (
            sum(part) / len(self.labels) for part in zip(*counts))

    def standing(self, radius, images, labels):
        import torchattacks

        attack = torchattacks.PGD(
            self.watched, eps=radius, alpha=radius / 4, steps=self.request["steps"], random_start=True)
        self.watched.begin(labels)
        with torch.no_grad():
            last = clean = self.watched(images).argmax(1) == labels
        for _ in range(self.request["restarts"]):
            found = attack(images, labels)
            with torch.no_grad():
                last = last & (self.watched(found).argmax(1) == labels)
        return (~self.watched.fallen).sum().item(), last.sum().item(), clean.sum().item()

    def result(self, request):
        order = sorted(self.any)
        numbers = {"clean": [self.clean], "robust": [self.any[i] for i in order],
                   "last": [self.last[i] for i in order]}
        return numbers, None
