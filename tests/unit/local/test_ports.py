import os
import socket

import pytest
from hsc_local import ports


def test_the_usual_gateway_brings_the_usual_ports() -> None:
    assert ports.plan(8000) == ports.USUAL


def test_another_gateway_is_followed_by_the_others_in_order() -> None:
    plan = ports.plan(21000)
    assert plan["gateway"] == 21000
    assert plan["catalog"] == 21001
    assert sorted(plan.values()) == list(range(21000, 21000 + len(ports.USUAL)))


def test_port_0_gives_free_ports_that_all_differ() -> None:
    plan = ports.plan(0)
    assert plan.keys() == ports.USUAL.keys()
    assert len(set(plan.values())) == len(plan)
    ports.check(plan)


@pytest.mark.parametrize("gateway", [-1, 65536, 65530])
def test_a_gateway_that_leaves_no_room_is_refused(gateway: int) -> None:
    with pytest.raises(ValueError, match="HSC_PORT"):
        ports.plan(gateway)


def test_each_replica_has_ports_of_its_own() -> None:
    plan = ports.plan(8000, replicas=2)
    assert (plan["catalog"], plan["catalog_2"], plan["worker_2_metrics"]) == (50051, 50061, 9115)
    assert len(set(plan.values())) == len(plan)
    assert ports.replicas_of("worker", plan) == ["worker", "worker-2"]
    assert ports.replicas_of("worker", ports.USUAL) == ["worker"]


@pytest.mark.parametrize("replicas", [0, 10])
def test_a_number_of_replicas_that_makes_no_sense_is_refused(replicas: int) -> None:
    with pytest.raises(ValueError, match="HSC_REPLICAS"):
        ports.plan(8000, replicas)


def test_a_busy_port_is_named_with_its_holder() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(ports.PortBusy, match=rf"port {port} \(catalog\) is taken by .*{os.getpid()}.*HSC_PORT"):
            ports.check({"catalog": port})


def test_the_ports_are_kept_in_a_file(tmp_path) -> None:
    ports.write(ports.USUAL, tmp_path / "ports.json")
    assert ports.read(tmp_path / "ports.json") == ports.USUAL


def test_a_file_that_is_not_ours_is_refused(tmp_path) -> None:
    (tmp_path / "ports.json").write_text('{"gateway": 8000}')
    with pytest.raises(ValueError, match="ports of a stack"):
        ports.read(tmp_path / "ports.json")
