"""The networks of a pipeline: what each has of parameters, and which is the denoiser."""

from typing import assert_never

from vram_atlas.adding import add_up
from vram_atlas.formulas import autoencoder, control_net, joint_transformer, listed, unet
from vram_atlas.formulas.terms import ParameterGroups
from vram_atlas.schema.layers import (
    Autoencoder,
    Component,
    ComponentShape,
    ControlNet,
    CountOnly,
    Diffusion,
    JointTransformer,
    Role,
    UNet,
)
from vram_atlas.schema.listed import DiffusionTransformer, ListedAutoencoder


def count(architecture: Diffusion) -> ParameterGroups:
    """Parameters of all resident components. Unit: elements."""
    parts = tuple(count_component(component) for component in architecture.components)
    return ParameterGroups(
        linear=add_up(part.linear for part in parts),
        other=add_up(part.other for part in parts),
        largest=max(part.largest for part in parts),
        largest_linear=max(part.largest_linear for part in parts),
        block=max(part.block for part in parts),
        margins=add_up(part.margins for part in parts),
        buffers=add_up(part.buffers for part in parts),
        wide=add_up(part.wide for part in parts),
    )


def count_component(component: Component) -> ParameterGroups:
    """Parameters of one component, from its shape. Unit: elements."""
    return _counted(component.shape)


def count_denoiser(architecture: Diffusion) -> ParameterGroups:
    """Parameters of the denoiser that training trains: of two, one at a time. Unit: elements."""
    return _counted(denoiser(architecture))


def _counted(shape: ComponentShape) -> ParameterGroups:
    match shape:
        case UNet():
            return unet.count(shape)
        case ControlNet():
            return control_net.count(shape)
        case JointTransformer():
            return joint_transformer.count(shape)
        case DiffusionTransformer():
            return listed.count_transformer(shape)
        case Autoencoder():
            return autoencoder.count(shape)
        case ListedAutoencoder():
            return listed.count_autoencoder(shape)
        case CountOnly():
            return ParameterGroups(
                linear=shape.linear,
                other=shape.parameters - shape.linear,
                largest=shape.largest,
                wide=shape.wide,
            )
        case _ as unreachable:
            assert_never(unreachable)


def component_parameters(architecture: Diffusion, role: Role) -> tuple[ParameterGroups, ...]:
    """Parameters of the components that do one thing in the pipeline. Unit: elements."""
    return tuple(
        count_component(component)
        for component in architecture.components
        if component.role is role
    )


def denoiser(architecture: Diffusion) -> UNet | JointTransformer | DiffusionTransformer:
    """The first component with a denoiser's shape."""
    return next(
        component.shape
        for component in architecture.components
        if isinstance(component.shape, UNet | JointTransformer | DiffusionTransformer)
    )


def controlled(architecture: Diffusion) -> bool:
    """Whether a ControlNet steers the denoiser."""
    return any(isinstance(component.shape, ControlNet) for component in architecture.components)
